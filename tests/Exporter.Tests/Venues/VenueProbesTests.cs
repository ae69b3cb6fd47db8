using Exporter.Storage;
using Exporter.Venues;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Venues;

public sealed class VenueProbesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ten_bots_on_one_venue_make_one_call()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => asking.AskAsync(Asking.Binance(venue))));
        asking.Time.Advance(TimeSpan.FromSeconds(29));
        await asking.AskAsync(Asking.Binance(venue));

        Assert.All(results, result => Assert.True(result.Up));
        Assert.Single(venue.Requests);
    }

    [Fact]
    public async Task After_the_interval_somebody_calls_again()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        await asking.AskAsync(Asking.Binance(venue));

        asking.Time.Advance(Asking.Timing.MinInterval);
        await asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(2, venue.Requests.Count);
    }

    [Fact]
    public async Task A_verification_may_call_once_inside_the_interval()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        await asking.AskAsync(Asking.Binance(venue));

        await asking.AskAsync(Asking.Binance(venue), ProbePurpose.Verification);
        await asking.AskAsync(Asking.Binance(venue), ProbePurpose.Verification);

        Assert.Equal(2, venue.Requests.Count);
    }

    [Fact]
    public async Task A_verification_does_not_trust_an_answer_that_was_already_on_its_way()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Hang);
        var before = asking.AskAsync(Asking.Binance(venue));
        await venue.AnsweredAsync();

        var verification = asking.AskAsync(Asking.Binance(venue), ProbePurpose.Verification);
        venue.Reply = Replies.BinanceTime(Asking.Start);
        asking.Time.Advance(Asking.Timing.Timeout);

        Assert.Equal(ProbeCause.Timeout, (await before).Cause);
        Assert.True((await verification).Up);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_take_the_answer_from_the_others()
    {
        using var asking = new Asking();
        using var impatient = new CancellationTokenSource();
        await using var venue = new LoopbackVenue(Replies.SlowBody);
        var gaveUp = asking.Venues.AskAsync(Asking.Binance(venue), Asking.Timing, ProbePurpose.Routine, impatient.Token);
        var patient = asking.AskAsync(Asking.Binance(venue));
        await venue.AnsweredAsync();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        asking.Time.Advance(Asking.Timing.Timeout);

        Assert.Equal(ProbeCause.Timeout, (await patient).Cause);
        Assert.Single(venue.Requests);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 01 Mar 2026 12:03:20 GMT", 200)]
    [InlineData("999999999", 259_200)]
    [InlineData("99999999999999999999999999", 259_200)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 259_200)]
    [InlineData("0", 60)]
    [InlineData("-5", 60)]
    [InlineData("soon", 60)]
    [InlineData("Sun, 01 Mar 2020 12:00:00 GMT", 60)]
    [InlineData(null, 60)]
    public async Task While_a_Retry_After_runs_nobody_calls(string? header, int seconds)
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Json("{}", 429, header is null ? [] : [$"Retry-After: {header}"]));

        var refused = await asking.AskAsync(Asking.Binance(venue));
        Assert.Equal(Asking.Start.AddSeconds(seconds), refused.RetryAfter);
        asking.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        var held = await asking.AskAsync(Asking.Binance(venue), ProbePurpose.Verification);
        Assert.Equal((ProbeCause.RateLimited, refused.RetryAfter), (held.Cause, held.RetryAfter));
        Assert.Single(venue.Requests);

        asking.Time.Advance(TimeSpan.FromTicks(1));
        venue.Reply = Replies.BinanceTime(asking.Time.GetUtcNow());
        Assert.True((await asking.AskAsync(Asking.Binance(venue), ProbePurpose.Verification)).Up);
    }

    [Theory]
    [InlineData("99999999", "cut to 3 days")]
    [InlineData("soon", "did not say for how long")]
    public async Task What_was_made_of_an_odd_Retry_After_is_said(string header, string expected)
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Json("{}", 429, $"Retry-After: {header}"));

        Assert.Contains(expected, (await asking.AskAsync(Asking.Binance(venue))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_date_is_measured_against_the_venues_clock_when_ours_is_wrong()
    {
        using var asking = new Asking();
        var venueNow = Asking.Start.AddHours(-3);
        await using var venue = new LoopbackVenue(Replies.Json("{}", 429, $"Date: {venueNow:r}", $"Retry-After: {venueNow.AddSeconds(90):r}"));

        Assert.Equal(Asking.Start.AddSeconds(90), (await asking.AskAsync(Asking.Binance(venue))).RetryAfter);
    }

    [Fact]
    public async Task The_end_of_a_ban_that_only_the_body_names_is_honoured()
    {
        using var asking = new Asking();
        var end = Asking.Start.AddMinutes(17);
        await using var venue = new LoopbackVenue(
            Replies.Json($$"""{"code":-1003,"msg":"Way too many requests; IP banned until {{end.ToUnixTimeMilliseconds()}}."}""", 418));

        Assert.Equal(end, (await asking.AskAsync(Asking.Binance(venue))).RetryAfter);
    }

    [Fact]
    public async Task A_ban_without_an_end_is_granted_twice_as_long_each_time_up_to_an_hour()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418));
        var granted = new List<double>();

        for (var refusal = 0; refusal < 7; refusal++)
        {
            var until = (await asking.AskAsync(Asking.Binance(venue))).RetryAfter!.Value;
            granted.Add((until - asking.Time.GetUtcNow()).TotalMinutes);
            asking.Time.SetUtcNow(until);
        }

        Assert.Equal([2, 4, 8, 16, 32, 60, 60], granted);
    }

    [Fact]
    public async Task An_ill_venue_with_a_Retry_After_is_left_alone_too()
    {
        using var asking = new Asking();
        await using var venue = new LoopbackVenue(Replies.Json("{}", 503, "Retry-After: 600"));
        await asking.AskAsync(Asking.Binance(venue));

        asking.Time.Advance(TimeSpan.FromMinutes(9));
        var held = await asking.AskAsync(Asking.Binance(venue));

        Assert.Equal(ProbeCause.ServerError, held.Cause);
        Assert.Single(venue.Requests);
    }

    [Fact]
    public async Task A_ban_survives_a_restart()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        using (var storage = StorageDirectory.Open(_directory["state"]))
        using (var asking = new Asking(storage))
            await asking.AskAsync(Asking.Binance(venue));

        using var reopened = StorageDirectory.Open(_directory["state"]);
        using var restarted = new Asking(reopened, time: new FakeTimeProvider(Asking.Start.AddMinutes(9)));
        var held = await restarted.AskAsync(Asking.Binance(venue));

        Assert.Equal((ProbeCause.Banned, Asking.Start.AddMinutes(10)), (held.Cause, held.RetryAfter));
        Assert.Single(venue.Requests);
    }

    [Fact]
    public async Task A_ban_binds_a_second_process_that_does_not_own_the_directory()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using var serve = new Asking(storage);
        await serve.AskAsync(Asking.Binance(venue));

        using var check = new Asking(StorageDirectory.OpenReadOnly(_directory["state"]));
        var held = await check.AskAsync(Asking.Binance(venue));

        Assert.Equal(ProbeCause.Banned, held.Cause);
        Assert.Single(venue.Requests);
    }

    [Fact]
    public async Task A_ban_that_a_second_process_hears_binds_the_first_one()
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using var serve = new Asking(storage);
        await serve.AskAsync(Asking.Binance(venue));

        venue.Reply = Replies.Json("{}", 418, "Retry-After: 600");
        using var check = new Asking(StorageDirectory.OpenReadOnly(_directory["state"]));
        await check.AskAsync(Asking.Binance(venue));
        serve.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(ProbeCause.Banned, (await serve.AskAsync(Asking.Binance(venue))).Cause);
        Assert.Equal(2, venue.Requests.Count);
    }

    [Fact]
    public async Task A_check_from_cron_with_no_exporter_beside_it_remembers_its_own_ban()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 429, "Retry-After: 600"));
        using (var first = new Asking(StorageDirectory.OpenReadOnly(_directory["state"])))
            await first.AskAsync(Asking.Binance(venue));

        using var second = new Asking(StorageDirectory.OpenReadOnly(_directory["state"]));
        await second.AskAsync(Asking.Binance(venue));

        Assert.Single(venue.Requests);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory["state"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_directory["state/venues"]))));
    }

    [Fact]
    public async Task One_venue_under_two_base_URLs_has_two_bans()
    {
        await using var banned = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        await using var free = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using var asking = new Asking(storage);
        await asking.AskAsync(Asking.Binance(banned));

        Assert.True((await asking.AskAsync(Asking.Binance(free))).Up);
    }

    [Fact]
    public async Task A_success_after_a_ban_forgets_it()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using var asking = new Asking(storage);
        await asking.AskAsync(Asking.Binance(venue));
        asking.Time.Advance(TimeSpan.FromMinutes(10));
        venue.Reply = Replies.BinanceTime(asking.Time.GetUtcNow());

        Assert.True((await asking.AskAsync(Asking.Binance(venue))).Up);

        Assert.Empty(Directory.GetFiles(storage.Venues));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_keeps_the_ban_in_memory_and_says_so()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        _directory.Write("state", "a file where the directory should be");
        using var asking = new Asking(StorageDirectory.OpenReadOnly(_directory["state"]));

        await asking.AskAsync(Asking.Binance(venue));
        await asking.AskAsync(Asking.Binance(venue));

        Assert.Single(venue.Requests);
        Assert.Contains(asking.Log.Lines, line => line.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"venue":"binance-usdm"}""")]
    [InlineData("""{"venue":"v","base_url":"b","cause":"made_up","until":"2099-01-01T00:00:00Z","heard_at":"2026-01-01T00:00:00Z","reason":"r","refusals":1}""")]
    public async Task A_ban_file_that_makes_no_sense_binds_nobody(string content)
    {
        await using var venue = new LoopbackVenue(Replies.BinanceTime(Asking.Start));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using var asking = new Asking(storage);
        File.WriteAllText(Path.Combine(storage.Venues, Asking.Binance(venue).Held.FileName), content);

        Assert.True((await asking.AskAsync(Asking.Binance(venue))).Up);
        Assert.InRange(asking.Log.Lines.Count(line => line.Contains("cannot be read", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task A_ban_file_from_a_wrong_clock_binds_for_3_days_at_most()
    {
        await using var venue = new LoopbackVenue(Replies.Json("{}", 418, "Retry-After: 600"));
        using var storage = StorageDirectory.Open(_directory["state"]);
        using (var wrong = new Asking(storage, time: new FakeTimeProvider(Asking.Start.AddYears(30))))
            await wrong.AskAsync(Asking.Binance(venue));

        using var right = new Asking(storage);

        Assert.Equal(Asking.Start.AddDays(3), right.Venues.HoldOn(Asking.Binance(venue))?.Until);
    }
}
