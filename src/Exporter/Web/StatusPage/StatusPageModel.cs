using System.Collections.Immutable;
using System.Globalization;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;

namespace Exporter.Web.StatusPage;

/// <summary>Gathers what the page shows from the latest snapshot, the history in memory, and healing.</summary>
public sealed class StatusPageModel(
    StatusHistory history, HealingEngine healing, HealingHistory ledger, bool canSignIn, Func<ImmutableArray<string>> notes, string version, TimeProvider time)
{
    private const int HealingsPerBot = 8;

    public async Task<StatusModel> BuildAsync(Snapshot snapshot, Session? session, string? notice, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var bots = ImmutableArray.CreateBuilder<BotView>(snapshot.Bots.Length);
        var answers = true;
        foreach (var bot in snapshot.Bots)
        {
            // A ledger that did not answer for one bot is not waited for again.
            var recent = answers ? Recent(bot.Bot) : null;
            answers = recent is not null;
            bots.Add(Of(bot, bots.Count, recent ?? [], now));
        }

        bots.Sort((left, right) =>
            (right.Trading.Badness(), right.Health, left.Name).CompareTo((left.Trading.Badness(), left.Health, right.Name)));
        return new StatusModel(
            now, version, bots.ToImmutable(), Alerting(now), await PausesAsync(cancellation), session, canSignIn && session is null, notice)
        {
            Notes = notes(),
        };
    }

    private BotView Of(BotSnapshot bot, int number, ImmutableArray<HealingView> healings, DateTimeOffset now) => new(
        bot.Bot,
        // A name may hold what an id must not; its place in the configuration is as stable as the configuration.
        number.ToString(CultureInfo.InvariantCulture),
        bot.Trading,
        bot.Health,
        bot.Since,
        bot.LastPositionOpenedAt(),
        [.. bot.Checks.SelectMany(check => check.Result.Notes)],
        [.. Blocker.Of(bot).Select(blocker => Of(blocker, healings, now))],
        [.. bot.Checks.Select(check => new CheckView(check, history.Of(bot.Bot, check.Spec.Name, now)))],
        healings);

    private BlockerView Of(Blocker blocker, ImmutableArray<HealingView> healings, DateTimeOffset now)
    {
        var actions = healing.Setup.OrderOf(blocker.Spec.Name);
        var last = healings.FirstOrDefault(view => actions.Any(action => action.Spec.Name == view.Action));
        var sentence = (last, actions.IsEmpty) switch
        {
            (not null, _) => $"{last.Action}, {Phrases.Try(last.Attempt, last.DryRun, last.Trigger)}, {Phrase.Ago(last.At, now)}: {last.Outcome}. {last.Reason}",
            (null, true) => "No action heals this; it needs a person.",
            _ when !healing.Setup.Options.Enabled => "Nothing has been tried: healing is off. Start the exporter with --heal to switch it on.",
            _ => "Nothing has been tried yet.",
        };
        return new BlockerView(blocker, sentence, [.. actions.Select(action => new ActionView(action.Spec.Name, action.Spec.Title, action.Spec.Does))]);
    }

    /// <summary>Null when the ledger cannot be read.</summary>
    private ImmutableArray<HealingView>? Recent(string bot)
    {
        try
        {
            return [.. ledger.Find(new HealingQuery(bot, Limit: HealingsPerBot)).Select(HealingView.Of)];
        }
        catch (LedgerException)
        {
            // The page shows what it can; the ledger's trouble is said in the section on healing.
            return null;
        }
    }

    private async Task<ImmutableArray<PauseView>> PausesAsync(CancellationToken cancellation)
    {
        try
        {
            return
            [
                .. (await healing.Pauses.HoldingAsync(cancellation)).Select(pause => new PauseView(
                    pause.Id.ToString(CultureInfo.InvariantCulture), pause.Reason, Scope(pause), pause.Until, CanLift: pause.Id != Pause.File)),
            ];
        }
        catch (LedgerException)
        {
            return [];
        }
    }

    private static string Scope(Pause pause) => (pause.Bots.IsEmpty, pause.Actions.IsEmpty) switch
    {
        (true, true) => "All healing",
        (true, false) => string.Join(", ", pause.Actions),
        (false, true) => string.Join(", ", pause.Bots),
        _ => $"{string.Join(", ", pause.Actions)} of {string.Join(", ", pause.Bots)}",
    };

    private AlertingView Alerting(DateTimeOffset now)
    {
        var path = healing.AlertingPath;
        var who = (path.Mode, path.HealsAlone) switch
        {
            (TriggerMode.Autonomous, _) => "The exporter heals on its own evaluations; Alertmanager only informs people.",
            (TriggerMode.Alertmanager, _) => "Only Alertmanager's webhooks start a healing.",
            (_, true) => "Alertmanager is silent, so the exporter heals on its own until it is heard again.",
            _ => "Alertmanager decides when to heal; should it fall silent, the exporter heals on its own.",
        };
        var sentence = healing.LedgerCondition switch
        {
            LedgerCondition.Unavailable unavailable => $"Healing waits for its ledger. {unavailable.Reason}",
            LedgerCondition.SetAside aside => $"Healing stands still. {aside.Reason}",
            _ when healing.Setup.Options.Enabled => who,
            _ => $"Healing is off: the exporter only says what it would do. Start it with --heal to switch it on. {who}",
        };
        return new AlertingView(path.LastWatchdog is { } last && last > now ? now : path.LastWatchdog, healing.Setup.Options.Enabled, sentence);
    }
}
