using System.Text.Json;
using Xunit.Abstractions;

namespace Exporter.EndToEnd.Chaos;

/// <summary>
/// Everything that can break breaks, at random and many times faster than in earnest; afterwards nothing is lost, doubled, torn, stuck
/// or grown. <c>CHAOS_SECONDS=600</c> makes it long, <c>CHAOS_SEED</c> repeats a run.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    // What a busy, healthy exporter may differ by between two moments of one life.
    private const double DescriptorsMayGrow = 24;
    private const double ResidentMayGrowMiB = 16;
    private const double LongestWithoutEvaluationSeconds = 20;

    private static readonly string[] VenueChecks = ["exchange_api", "network", "coinglass_api"];

    [Fact]
    [Trait("Category", "chaos")]
    public async Task After_any_faults_nothing_is_lost_doubled_torn_stuck_or_grown()
    {
        var plan = ChaosPlan.FromEnvironment();
        Say($"Chaos for {plan.Length.TotalSeconds:0} s with CHAOS_SEED={plan.Seed}.");
        await using var world = await ChaosWorld.StartAsync(plan);
        Say(world.Disk.Mounted ? "The storage is a small disk of its own." : "The storage cannot be mounted as a disk of its own (that needs root): it is never full and never read-only.");
        using var scraper = new Scraper(world.Exporter);
        using var sender = world.Sender();
        var footprint = new Footprint(world.Exporter);
        var bot = new BotVandal(world.Bot, plan.Dice("files"));
        var venues = new VenueVandal(world.Exchange, world.CoinGlass, world.Wires, plan.Dice("venues"));
        List<string> broken = [];

        using (var faults = new CancellationTokenSource(plan.Length))
        using (var kills = new CancellationTokenSource(plan.KillsEnd))
        {
            Task[] actors =
            [
                Act(scraper.ScrapeAsync, plan.Dice("scraper"), faults.Token),
                Act(sender.SendAsync, plan.Dice("webhooks"), faults.Token),
                Act(footprint.LookAsync, plan.Dice("footprint"), faults.Token),
                Act((_, stop) => bot.BreakAsync(stop), plan.Dice("files"), faults.Token),
                Act((_, stop) => venues.BreakVenueAsync(stop), plan.Dice("venues"), faults.Token),
                Act((_, stop) => venues.BreakWireAsync(stop), plan.Dice("wires"), faults.Token),
                Act(world.Disk.FillAsync, plan.Dice("disk"), faults.Token),
                Act((dice, stop) => KillAsync(world, dice, broken, stop), plan.Dice("kills"), kills.Token),
                Act((dice, stop) => RestartAroundAsync(world, dice, stop), plan.Dice("around"), faults.Token),
            ];
            await Task.WhenAll(actors);
        }

        bot.Clear();
        await venues.ClearVenueAsync();
        venues.ClearWires();
        await EverythingAnswersAsync(world, sender);
        await world.Exporter.StopAsync();

        var records = new Records(world.Storage);
        var (early, late) = footprint.Quarters();
        Say($"{scraper.Answered} scrapes, the slowest {scraper.Slowest.TotalMilliseconds:0} ms; the oldest evaluation of a file was {scraper.OldestCheckSeconds:0.0} s old.");
        Say($"{sender.Accepted.Count} alerts answered 202, {sender.ComeAgain} webhooks 503; {records.Healings} healings: {string.Join(", ", records.Verdicts.Select(one => $"{one.Value} {one.Key}"))}.");
        Say($"{world.Exporter.Kills} kills. In the last life: {early.Descriptors} -> {late.Descriptors} descriptors, {early.ResidentMiB:0.0} -> {late.ResidentMiB:0.0} MiB resident.");

        broken.AddRange(scraper.Violations);
        broken.AddRange(sender.Violations);
        broken.AddRange(records.Audit(sender.Accepted.Keys, world.Disk.WasFull));
        broken.AddRange(Torn(world, bot));
        Hold(broken, scraper.Answered > plan.Length.TotalSeconds / 2, $"Only {scraper.Answered} scrapes were answered.");
        Hold(broken, scraper.OldestCheckSeconds < LongestWithoutEvaluationSeconds, $"A check was stuck: its last evaluation was {scraper.OldestCheckSeconds:0.0} s old.");
        Hold(broken, late.Descriptors - early.Descriptors < DescriptorsMayGrow, $"Descriptors grew from {early.Descriptors} to {late.Descriptors}.");
        Hold(broken, late.ResidentMiB - early.ResidentMiB < Math.Max(ResidentMayGrowMiB, early.ResidentMiB / 2), $"Memory grew from {early.ResidentMiB:0.0} to {late.ResidentMiB:0.0} MiB.");
        Assert.True(broken.Count == 0, $"CHAOS_SEED={plan.Seed}\n{string.Join('\n', broken.Take(30))}\n({broken.Count} in all)\n\nThe exporter's last words:\n{world.ExporterLog}");
    }

    private static Task Act(Func<Random, CancellationToken, Task> act, Random dice, CancellationToken stop) =>
        Beat.RepeatAsync(cancellation => act(dice, cancellation), stop);

    /// <summary>As a crash or a lost machine; sometimes the disk is read-only when it comes back.</summary>
    private static async Task KillAsync(ChaosWorld world, Random dice, List<string> broken, CancellationToken stop)
    {
        await dice.BetweenAsync(2, 6, stop);
        await world.Exporter.KillAsync();
        if (dice.Next(2) == 0)
        {
            await world.Disk.WhileReadOnlyAsync(async () =>
            {
                var (exit, said) = await world.StartOnReadOnlyDiskAsync();
                Hold(broken, exit == 0 && said.Contains("nothing is recorded and nothing is healed", StringComparison.Ordinal), $"On a read-only disk the exporter ended with {exit} and said: {said}");
            });
        }

        await world.Exporter.StartAsync(CancellationToken.None);
    }

    private static async Task RestartAroundAsync(ChaosWorld world, Random dice, CancellationToken stop)
    {
        await dice.BetweenAsync(8, 15, stop);
        if (world.Around.Count > 0)
        {
            var program = world.Around[dice.Next(world.Around.Count)];
            await program.KillAsync();
            await dice.BetweenAsync(0.5, 2, CancellationToken.None);
            await program.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>When all faults are gone, every check is evaluated anew and webhooks are taken.</summary>
    private static async Task EverythingAnswersAsync(ChaosWorld world, WebhookSender sender)
    {
        var quiet = Scraper.Now();
        using var http = new HttpClient { BaseAddress = world.Exporter.Address };
        await Eventually.TrueAsync(
            async () => Scraper.Evaluations(await http.GetStringAsync("metrics")).ToList() is { Count: >= 12 } checks
                && checks.TrueForAll(check => check.At > quiet || (VenueChecks.Contains(check.Check) && check.At > quiet - 300)),
            TimeSpan.FromSeconds(60),
            "every check is evaluated again");
        await Eventually.TrueAsync(sender.IsTakenAsync, TimeSpan.FromSeconds(60), "a webhook is answered 202");
    }

    private static IEnumerable<string> Torn(ChaosWorld world, BotVandal vandal)
    {
        foreach (var file in BotVandal.Configs)
        {
            var content = File.ReadAllBytes(world.Bot.Files[file]);
            if (!vandal.Wrote(content) && !IsWhole(content))
            {
                yield return $"{file} holds {content.Length} bytes that neither the bot wrote nor anybody can read.";
            }
        }

        foreach (var left in Directory.EnumerateFiles(world.Bot.Root, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) is ['.', ..] and not ".tradingbot_exporter.lock"))
        {
            yield return $"{left} was left behind.";
        }
    }

    private static bool IsWhole(byte[] content)
    {
        try
        {
            return JsonElement.Parse(content).TryGetProperty("mode", out var mode) ? mode.GetString() != "live" : content.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Hold(List<string> broken, bool holds, string otherwise)
    {
        if (!holds)
        {
            lock (broken)
            {
                broken.Add(otherwise);
            }
        }
    }

    private void Say(string sentence)
    {
        output.WriteLine(sentence);
        // Also where it can be seen while the run goes on, and when it hangs.
        Console.WriteLine(sentence);
    }
}
