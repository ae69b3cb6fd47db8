using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Exporter.Healing;
using Exporter.Tests.Alertmanager;

namespace Exporter.Tests.Healing;

public sealed class StormOfWebhooksTests
{
    private const int Webhooks = 5_000;
    private const int Senders = 8;

    [Fact]
    public async Task Of_five_thousand_shuffled_webhooks_each_episode_gets_exactly_one_healing_and_each_202_is_in_the_ledger()
    {
        var options = HealingWorld.Enabled();
        options.MaxPerActionPerHour = options.MaxPerHour = 100_000;
        options.MaxConcurrency = 16;
        string[] bots = [.. Enumerable.Range(0, 60).Select(number => $"bot-{number}")];
        var world = new HealingWorld(options, bots: bots);
        var runs = new ConcurrentDictionary<string, int>();
        foreach (var bot in bots)
            world.Health.Break(bot);
        world.Action.OnRun = async (target, _) =>
        {
            runs.AddOrUpdate(target.Bot, 1, (_, count) => count + 1);
            await Task.Yield();
            world.Health.Mend(target.Bot);
            return new ActionResult.Done { Reason = "Mended." };
        };
        await using var server = await WebhookServer.StartAsync(world);
        world.Health.Break("bot-0");

        var answered = new ConcurrentBag<(string Body, HttpStatusCode Status)>();
        var queue = new ConcurrentQueue<string>(Shuffled(bots, world.Time.GetUtcNow()));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (queue.TryDequeue(out var body))
            {
                using var answer = await server.PostAsync(body);
                answered.Add((body, answer.StatusCode));
            }
        }));

        Assert.All(answered, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        await world.UntilAsync(async () => (await world.HealingsAsync()).TrueForAll(healing => healing.State is HealingState.Ended));
        var healings = await world.HealingsAsync();
        Assert.Equal(bots.Order(), healings.Select(healing => healing.Bot).Order());
        Assert.Equal(bots.Order(), (await world.EpisodesAsync()).Select(episode => episode.Bot).Order());
        // None where the resolution came before the action could start.
        Assert.All(bots, bot => Assert.InRange(runs.GetValueOrDefault(bot), 0, 1));
        Assert.Equal(healings.Count(healing => healing.State is HealingState.Ended { Verdict: Verdict.Healed }), runs.Count);

        var firing = answered.Count(answer => answer.Body.Contains("\"firing\"", StringComparison.Ordinal));
        var delivered = await world.Ledger.WriteAsync(read => read.Number("SELECT sum(deliveries) FROM alerts"), CancellationToken.None);
        Assert.InRange(delivered!.Value, firing, Webhooks);
        var known = await world.Ledger.WriteAsync(
            read => read.Rows("SELECT DISTINCT fingerprint FROM alerts", row => row.GetString(0)), CancellationToken.None);
        Assert.Equal(bots.Select(Fingerprint).Order(), known.Order());
        Assert.Equal(healings.Count, world.Metric("tradingbot_alerts_received_total", ("disposition", "accepted")));
    }

    /// <summary>Two Prometheus servers whose alert begins at other times, each repeated, and some that say it is over, in any order.</summary>
    private static string[] Shuffled(string[] bots, DateTimeOffset now)
    {
        var random = new Random(20261124);
        var bodies = Enumerable.Range(0, Webhooks).Select(number =>
        {
            var bot = bots[number % bots.Length];
            var prometheus = number / bots.Length % 2;
            var resolved = number / bots.Length % 10 >= 8;
            return WebhookText.Of(WebhookText.Alert(
                bot: bot,
                status: resolved ? "resolved" : "firing",
                startsAt: now.AddMinutes(-2 + prometheus).ToString("O"),
                endsAt: resolved ? now.ToString("O") : "0001-01-01T00:00:00Z",
                fingerprint: Fingerprint(bot)));
        }).ToArray();
        random.Shuffle(bodies);
        return bodies;
    }

    private static string Fingerprint(string bot) => bot.Replace("-", "", StringComparison.Ordinal);
}
