using System.Collections.Immutable;
using System.Globalization;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Web.StatusPage;

/// <summary>All that the status page shows, ready to print: the page itself decides nothing.</summary>
/// <param name="Bots">Worst first.</param>
/// <param name="Session">Null for a reader who has not given the token: the page then only reads.</param>
public sealed record StatusModel(
    DateTimeOffset Now,
    string Version,
    ImmutableArray<BotView> Bots,
    AlertingView Alerting,
    ImmutableArray<PauseView> Pauses,
    Session? Session,
    bool CanSignIn,
    string? Notice)
{
    /// <summary>What the exporter itself lacks, in sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public int Count(TradingState state) => Bots.Count(bot => bot.Trading == state);
}

/// <summary>One bot's section.</summary>
/// <param name="LastOpenedAt">When it last opened a position, if the bot says.</param>
public sealed record BotView(
    string Name,
    string Anchor,
    TradingState Trading,
    Health Health,
    DateTimeOffset Since,
    DateTimeOffset? LastOpenedAt,
    ImmutableArray<string> Notes,
    ImmutableArray<BlockerView> Blockers,
    ImmutableArray<CheckView> Checks,
    ImmutableArray<HealingView> Healings);

/// <param name="Healing">What healing did about it, in a sentence; null when nothing was tried.</param>
/// <param name="Actions">What may be run against it.</param>
public sealed record BlockerView(Blocker Blocker, string? Healing, ImmutableArray<ActionView> Actions);

public sealed record ActionView(string Name, string Title, string Does);

/// <param name="History">Oldest first, one a minute; null where nothing was evaluated.</param>
public sealed record CheckView(CheckState State, CheckStatus?[] History);

public sealed record HealingView(
    string Id,
    DateTimeOffset At,
    string Bot,
    string Action,
    string Target,
    string Trigger,
    int Attempt,
    bool DryRun,
    string Outcome,
    string Reason,
    ImmutableArray<StepView> Steps)
{
    public static HealingView Of(HealingEntry entry)
    {
        var (healing, steps) = entry;
        var last = steps.LastOrDefault();
        return new HealingView(
            healing.Id.ToString(CultureInfo.InvariantCulture),
            healing.AcceptedAt,
            healing.Bot,
            healing.Action,
            healing.Target,
            last?.Trigger ?? "",
            last?.Attempt ?? 0,
            healing.DryRun,
            healing.State.Name,
            last?.Reason ?? "",
            [.. steps.Select(step => new StepView(step.Timestamp, step.Step, step.Reason))]);
    }
}

public sealed record StepView(DateTimeOffset At, string Step, string Reason);

/// <param name="LastWatchdog">When Alertmanager last showed that it lives; null when never since the start.</param>
/// <param name="Sentence">Who heals now, and why.</param>
public sealed record AlertingView(DateTimeOffset? LastWatchdog, bool HealingEnabled, string Sentence);

/// <param name="CanLift">False for the pause file: its owner lifts it by removing it.</param>
public sealed record PauseView(string Id, string Reason, string Scope, DateTimeOffset? Until, bool CanLift);

/// <summary>A bot's section needs to know the page around it: who is signed in, and how many bots share the screen.</summary>
public sealed record BotSectionModel(StatusModel Page, BotView Bot);
