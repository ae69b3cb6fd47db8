using System.Net;
using Exporter.Tests.Bots;
using Exporter.Tests.Commands;

namespace Exporter.Tests.Web;

/// <summary>The probe for what restarts things.</summary>
public sealed class AliveTests : IDisposable
{
    private readonly FeatureStoreFixture _bot = FeatureStoreFixture.With();

    public void Dispose() => _bot.Dispose();

    [Theory]
    [InlineData(0, HttpStatusCode.OK, "bot_cycle beats")]
    [InlineData(-600, HttpStatusCode.ServiceUnavailable, "is 10 min")]
    public async Task It_answers_everybody_with_the_sentence_of_the_heartbeat(int seconds, HttpStatusCode wanted, string sentence)
    {
        _bot.Write(FeatureStoreFixture.Heartbeat, $$"""{"last_heartbeat_ts": {{DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds()}}}""");
        await using var exporter = await RunningExporter.StartAsync("alpha=" + _bot.Root);
        using var stranger = new HttpClient { BaseAddress = exporter.Http.BaseAddress };

        using var answer = await stranger.GetAsync("api/v1/bots/alpha/alive");
        using var nobody = await stranger.GetAsync("api/v1/bots/nobody/alive");

        Assert.Equal(wanted, answer.StatusCode);
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task A_check_that_its_owner_does_not_want_is_shown_as_switched_off()
    {
        await using var exporter = await RunningExporter.StartAsync(_bot.Root, ("TRADINGBOT__CHECKS__DISABLED__0", "coinglass_api"));

        var metrics = await exporter.Http.GetStringAsync("metrics");

        Assert.Contains("check=\"coinglass_api\"} 0\n", metrics.Split("# TYPE tradingbot_check_enabled gauge")[1].Split("# HELP")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("tradingbot_check_status{bot=\"" + "coinglass_api", metrics, StringComparison.Ordinal);
    }
}
