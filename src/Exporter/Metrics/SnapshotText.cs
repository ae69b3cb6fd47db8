using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Metrics;

/// <summary>
/// What <c>/metrics</c> says of checked state. A snapshot is complete and immutable, so its text is written from it alone: no series is
/// kept from one to the next, and none can outlive its thing. (prometheus-net has no constant metrics, and would hold an object for each
/// of 210,000 series at 1,000 bots.)
/// </summary>
internal sealed class SnapshotText
{
    private static readonly string[] Healths = ["healthy", "warning", "critical"];
    private static readonly string[] TradingStates = ["trading", "blocked", "unknown"];
    private static readonly string[] Statuses = ["ok", "warning", "critical", "unknown"];

    private static readonly Family Health = Gauge("tradingbot_health", "Health of the bot: 1 for the state that holds.", "status");

    private static readonly Family Trading = Gauge(
        "tradingbot_trading_state",
        "Whether the bot can open positions: 1 for the state that holds. Blocked: something that is seen stops every new entry. Unknown: something that could cannot be seen.",
        "state");

    private static readonly Family CheckStatus = Gauge(
        "tradingbot_check_status",
        "Status of the check: 1 for the state that holds. A check whose optional source is not configured has none.",
        "check", "category", "status");

    private static readonly Family CheckEnabled = Gauge(
        "tradingbot_check_enabled", "0 when the check's optional source is not configured.", "check");

    private static readonly Family EntryBlocked = Gauge(
        "tradingbot_entry_blocked", "1 while what the check found stops every new entry of the bot.", "check");

    private static readonly Family CheckDuration = Gauge(
        "tradingbot_check_duration_seconds", "How long the check's last evaluation took.", "check");

    private static readonly Family LastEvaluation = Gauge(
        "tradingbot_check_last_evaluation_timestamp_seconds",
        "When the check was last evaluated; older than the scrape while its result is used again.", "check");

    private static readonly Family CheckErrors = new(
        MetricKind.Counter, "tradingbot_check_errors_total", "Evaluations of the check that found something wrong, by cause.", "check", "cause");

    private readonly ImmutableArray<(CheckSpec Spec, ImmutableArray<(MetricFamily Declared, Family Text)> Families)> _checks;
    private readonly Action<string> _defect;

    /// <param name="specs">Of every check that there is; no two may declare the same family.</param>
    /// <param name="defect">Told of what a check should not have given; its other samples are shown all the same.</param>
    public SnapshotText(IEnumerable<CheckSpec> specs, Action<string> defect)
    {
        _checks = [.. specs.Select(spec => (spec, spec.Families.Select(family => (family, TextOf(family))).ToImmutableArray()))];
        _defect = defect;
        var twice = _checks.SelectMany(check => check.Families).GroupBy(family => family.Text.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new ArgumentException($"Two checks declare the family {twice.Key}.", nameof(specs));
        }
    }

    public void Write(ExpositionWriter to, Snapshot snapshot, CauseCounts? errors)
    {
        WriteHealth(to, snapshot);
        WriteChecks(to, snapshot, errors);
        for (var i = 0; i < _checks.Length; i++)
        {
            FindDefects(snapshot, i);
            foreach (var (declared, text) in _checks[i].Families)
            {
                to.Family(text);
                foreach (var bot in snapshot.Bots)
                {
                    WriteSamples(to, bot, StateAt(bot, i), declared, text);
                }
            }
        }
    }

    private static Family Gauge(string name, string help, params string[] labels) => new(MetricKind.Gauge, name, help, labels);

    private static Family TextOf(MetricFamily family) => new(family.Kind, family.Name, family.Help, family.Labels);

    private static void WriteHealth(ExpositionWriter to, Snapshot snapshot)
    {
        // A part of the checks says nothing of a bot's health.
        var bots = snapshot.Partial ? [] : snapshot.Bots;
        to.Family(Health);
        foreach (var bot in bots)
        {
            for (var state = 0; state < Healths.Length; state++)
            {
                to.Sample(Health, state == (int)bot.Health ? 1 : 0, bot.Bot, Healths[state]);
            }
        }

        to.Family(Trading);
        foreach (var bot in bots)
        {
            for (var state = 0; state < TradingStates.Length; state++)
            {
                to.Sample(Trading, state == (int)bot.Trading ? 1 : 0, bot.Bot, TradingStates[state]);
            }
        }
    }

    private static void WriteChecks(ExpositionWriter to, Snapshot snapshot, CauseCounts? errors)
    {
        to.Family(CheckStatus);
        foreach (var bot in snapshot.Bots)
        {
            foreach (var check in bot.Checks)
            {
                // A check that is switched off has no status: "ok" would be a lie, and anything else an alarm.
                for (var state = 0; state < Statuses.Length && check.Result.Enabled; state++)
                {
                    to.Sample(
                        CheckStatus, state == (int)check.Result.Status ? 1 : 0, bot.Bot, check.Spec.Name, NameOf(check.Spec.Category), Statuses[state]);
                }
            }
        }

        WriteForEach(to, CheckEnabled, snapshot, check => check.Result.Enabled ? 1 : 0);
        WriteForEach(to, EntryBlocked, snapshot, check => check.Result is { Enabled: true, BlocksEntries: true } ? 1 : 0);
        WriteForEach(to, CheckDuration, snapshot, check => check.Duration.TotalSeconds);
        WriteForEach(to, LastEvaluation, snapshot, check => check.EvaluatedAt.ToUnixTimeMilliseconds() / 1000.0);
        to.Family(CheckErrors);
        foreach (var bot in snapshot.Bots)
        {
            errors?.Visit(bot.Bot, (check, cause, count) => to.Sample(CheckErrors, count, bot.Bot, check, cause));
        }
    }

    private static void WriteForEach(ExpositionWriter to, Family family, Snapshot snapshot, Func<CheckState, double> value)
    {
        to.Family(family);
        foreach (var bot in snapshot.Bots)
        {
            foreach (var check in bot.Checks)
            {
                to.Sample(family, value(check), bot.Bot, check.Spec.Name);
            }
        }
    }

    private void WriteSamples(ExpositionWriter to, BotSnapshot bot, CheckState? check, MetricFamily declared, Family text)
    {
        if (check is null)
        {
            return;
        }

        to.ForgetLabels();
        foreach (var sample in check.Result.Samples)
        {
            if (IsOf(sample, declared)
                && sample.LabelValues.Length == text.Next.Length
                && !to.TrySample(text, sample.Value, bot.Bot, sample.LabelValues.AsSpan()))
            {
                _defect($"The check {check.Spec.Name} gave two samples of {text.Name} with the same labels; the first is shown.");
            }
        }
    }

    private void FindDefects(Snapshot snapshot, int index)
    {
        var families = _checks[index].Families;
        foreach (var bot in snapshot.Bots)
        {
            foreach (var sample in StateAt(bot, index)?.Result.Samples ?? [])
            {
                if (!IsDeclared(sample, families))
                {
                    _defect($"The check {_checks[index].Spec.Name} gave a sample of {sample.Family.Name} with {sample.LabelValues.Length} labels, which it does not declare.");
                }
            }
        }
    }

    private static bool IsDeclared(Sample sample, ImmutableArray<(MetricFamily Declared, Family Text)> families)
    {
        foreach (var (declared, text) in families)
        {
            if (IsOf(sample, declared))
            {
                return sample.LabelValues.Length == text.Next.Length;
            }
        }

        return false;
    }

    private static bool IsOf(Sample sample, MetricFamily declared) => ReferenceEquals(sample.Family, declared) || sample.Family.Name == declared.Name;

    /// <summary>Bots have their checks in the order of the catalogue, unless a filter has left some out.</summary>
    private CheckState? StateAt(BotSnapshot bot, int index)
    {
        var spec = _checks[index].Spec;
        return index < bot.Checks.Length && ReferenceEquals(bot.Checks[index].Spec, spec) ? bot.Checks[index] : bot.Find(spec.Name);
    }

    private static string NameOf(Category category) => category switch
    {
        Category.Signal => "signal",
        Category.System => "system",
        Category.Resource => "resource",
        Category.Configuration => "configuration",
        Category.Data => "data",
        _ => "state",
    };
}
