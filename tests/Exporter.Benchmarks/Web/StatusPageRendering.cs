using System.Collections.Immutable;
using System.Globalization;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Web;
using Exporter.Web.StatusPage;

namespace Exporter.Benchmarks.Web;

/// <summary>
/// Renders the status page for many bots, each with every check, an hour of changing history, a third of the checks failing, and eight
/// healings with their steps: more than a page ever shows. The budget is 50 ms for 50 bots.
/// </summary>
[MemoryDiagnoser]
public class StatusPageRendering
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private StatusModel _page = null!;

    [Params(1, 50)]
    public int Bots { get; set; }

    [GlobalSetup]
    public void Arrange() => _page = new StatusModel(
        Noon,
        "0.0.0",
        [.. Enumerable.Range(0, Bots).Select(Bot)],
        new AlertingView(Noon, HealingEnabled: true, "Alertmanager decides when to heal."),
        [],
        new Session("0123456789abcdef", Noon.AddHours(1), []),
        CanSignIn: false,
        Notice: null);

    [Benchmark]
    public async Task Render()
    {
        var sink = PipeWriter.Create(Stream.Null);
        await Status.Create(_page).RenderAsync(sink);
        await sink.CompleteAsync();
    }

    private static BotView Bot(int number)
    {
        ImmutableArray<CheckState> checks = [.. CheckCatalogue.All.Select((registration, index) => Check(registration.Spec, index))];
        var bot = new BotSnapshot($"bot-{number}", Health.Critical, Noon, checks) { Trading = TradingState.Blocked };
        return new BotView(
            bot.Bot,
            number.ToString(CultureInfo.InvariantCulture),
            bot.Trading,
            bot.Health,
            bot.Since,
            Noon,
            [],
            [
                .. Blocker.Of(bot).Select(blocker => new BlockerView(
                    blocker, "Nothing has been tried yet.", [new ActionView("refresh_intelligence", "Refresh intelligence", "Asks the bot to fetch anew.")])),
            ],
            [.. checks.Select(check => new CheckView(check, History()))],
            [.. Enumerable.Range(0, 8).Select(Healing)]);
    }

    private static CheckState Check(CheckSpec spec, int index) => new(
        spec,
        index % 3 == 0 ? CheckResult.Critical("dns", $"A sentence of some length says what is <wrong> with {spec.Name}.") : CheckResult.Ok("All is well with this one."),
        Noon,
        TimeSpan.FromMilliseconds(1),
        Noon);

    /// <summary>The worst case for its drawing: no two minutes are alike.</summary>
    private static CheckStatus?[] History() =>
        [.. Enumerable.Range(0, StatusHistory.Minutes).Select(minute => (CheckStatus?)(minute % 2 == 0 ? CheckStatus.Ok : CheckStatus.Critical))];

    private static HealingView Healing(int number) => new(
        number.ToString(CultureInfo.InvariantCulture), Noon, "bot", "refresh_intelligence", "", "alertmanager", 1, DryRun: false, "healed",
        "The data is fresh again.",
        [.. Enumerable.Repeat(new StepView(Noon, "running", "Asks the bot to fetch its data."), 4)]);
}
