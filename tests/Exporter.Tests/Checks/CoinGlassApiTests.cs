using Exporter.Bots;
using Exporter.Checks;
using Exporter.Tests.Venues;

namespace Exporter.Tests.Checks;

public sealed class CoinGlassApiTests : IDisposable
{
    private readonly Asking _asking = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _asking.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Fresh_data_is_ok_without_a_key_and_says_how_to_ask_the_API_too()
    {
        var result = await EvaluateAsync(Aged(TimeSpan.FromSeconds(120)), new CoinGlassApiOptions());

        Assert.Equal((CheckStatus.Ok, true), (result.Status, result.Enabled));
        Assert.Equal(120, result.Value("tradingbot_coinglass_data_age_seconds"));
        Assert.Null(result.Value("tradingbot_coinglass_up"));
        Assert.Contains("CoinGlassApi:KeyFile", result.Details.Single(detail => detail.Name == "api").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_older_than_120_s_is_a_warning_that_blocks_nothing()
    {
        var result = await EvaluateAsync(Aged(TimeSpan.FromSeconds(121)), new CoinGlassApiOptions());

        Assert.Equal((CheckStatus.Warning, "stale", false), (result.Status, result.Cause, result.BlocksEntries));
        Assert.Contains("2 min 1 s old, and 2 min is the limit", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Bot.Now.AddSeconds(-121), result.DataTimestamp);
    }

    [Theory]
    [InlineData(null, CheckStatus.Warning, "absent")]
    [InlineData(UnreadableCause.MissingField, CheckStatus.Warning, "missing_field")]
    [InlineData(UnreadableCause.Invalid, CheckStatus.Unknown, "invalid")]
    [InlineData(UnreadableCause.AccessDenied, CheckStatus.Unknown, "access_denied")]
    public async Task Data_that_is_missing_is_a_warning_and_data_out_of_sight_unknown(UnreadableCause? unreadable, CheckStatus status, string cause)
    {
        var reading = unreadable is { } why ? Bot.Unreadable<Intelligence>(why) : Bot.NotThere<Intelligence>();

        var result = await EvaluateAsync(Bot.Healthy with { Intelligence = [new("summary", reading)] }, new CoinGlassApiOptions());

        Assert.Equal((status, cause), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_coinglass_data_age_seconds"));
    }

    [Fact]
    public async Task Data_from_the_future_has_no_age()
    {
        var result = await EvaluateAsync(Aged(TimeSpan.FromMinutes(-1)), new CoinGlassApiOptions());

        Assert.Equal((CheckStatus.Unknown, "future_timestamp"), (result.Status, result.Cause));
        Assert.Empty(result.Samples);
    }

    [Fact]
    public async Task With_a_key_CoinGlass_itself_is_asked_once_in_5_min()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0","data":["BTC"]}"""));
        var check = new CoinGlassApi(Bot.Healthy, WithKey(venue), _asking.Venues);

        var first = await Evaluate.With(check, _asking.Time);
        _asking.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await Evaluate.With(check, _asking.Time);
        Assert.Single(venue.Requests);
        _asking.Time.Advance(TimeSpan.FromSeconds(1));
        await Evaluate.With(check, _asking.Time);

        Assert.Equal((CheckStatus.Ok, 1.0), (first.Status, first.Value("tradingbot_coinglass_up")));
        Assert.Equal(2, venue.Requests.Count);
    }

    [Theory]
    [InlineData("""{"code":"401","msg":"Invalid API key"}""", "forbidden")]
    [InlineData("""{"code":"400","msg":"Missing parameter"}""", "business_error")]
    [InlineData("""{"code":"429","msg":"Rate limit exceeded"}""", "rate_limited")]
    public async Task A_200_whose_code_is_not_0_is_a_warning_although_the_data_is_fresh(string body, string cause)
    {
        await using var venue = new LoopbackVenue(Replies.Json(body));

        var result = await EvaluateAsync(Bot.Healthy, WithKey(venue));

        Assert.Equal((CheckStatus.Warning, cause, 0.0), (result.Status, result.Cause, result.Value("tradingbot_coinglass_up")));
    }

    [Fact]
    public async Task When_both_fail_the_API_is_the_cause_and_the_age_is_said()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 500));

        var result = await EvaluateAsync(Aged(TimeSpan.FromMinutes(10)), WithKey(venue));

        Assert.Equal("server_error", result.Cause);
        Assert.Contains("10 min old", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_used_is_never_green()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"0"}"""));
        var options = WithKey(venue);
        File.Delete(options.KeyFile!);

        var result = await EvaluateAsync(Bot.Healthy, options);

        Assert.Equal((CheckStatus.Unknown, "key_file"), (result.Status, result.Cause));
        Assert.Null(result.Value("tradingbot_coinglass_up"));
    }

    [Fact]
    public async Task The_key_is_in_no_part_of_the_result()
    {
        await using var venue = new LoopbackVenue(Replies.Json("""{"code":"401","msg":"key k3y-of-the-owner is not known"}"""));
        var trace = new CheckTrace(_asking.Time);

        var result = await new CoinGlassApi(Bot.Healthy, WithKey(venue), _asking.Venues).EvaluateAsync(
            new CheckContext(_asking.Time, EvaluationPurpose.Routine, trace), CancellationToken.None);

        var said = string.Join('\n', [result.Reason, .. result.Details.Select(detail => detail.Text), .. trace.Steps, .. _asking.Log.Lines]);
        Assert.Contains("key *** is not known", said, StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_base_URL_is_said_by_the_validation_and_never_green()
    {
        var options = new CoinGlassApiOptions { BaseUrl = "coinglass", KeyFile = _directory.Write("key", "k3y") };

        Assert.Single(options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)));
        Assert.Equal(CheckStatus.Unknown, (await EvaluateAsync(Bot.Healthy, options)).Status);
    }

    private static FakeBot Aged(TimeSpan age) => Bot.Healthy with { Intelligence = [new("summary", Bot.Seen(new Intelligence(Bot.Now - age, 10, 0)))] };

    private CoinGlassApiOptions WithKey(LoopbackVenue venue) =>
        new() { BaseUrl = venue.BaseUrl.AbsoluteUri, KeyFile = _directory.Write("key", "k3y-of-the-owner\n"), MaxAge = TimeSpan.FromMinutes(9) };

    private Task<CheckResult> EvaluateAsync(FakeBot bot, CoinGlassApiOptions options) =>
        Evaluate.With(new CoinGlassApi(bot, options, _asking.Venues), _asking.Time);
}
