using Exporter.Checks;
using Exporter.Evaluation;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>
/// Applies snapshots to a registry: sets what is there, removes the series of what is gone. The registry's single owner calls it; series
/// are kept open between snapshots, so that one that changed nothing but values costs no look-up.
/// </summary>
internal sealed class SnapshotFamilies
{
    private readonly Dictionary<string, BotSeries> _bots = new(StringComparer.Ordinal);

    /// <param name="steady">Makes the families whose values change only when a status does: half of all series.</param>
    /// <param name="factory">Makes the others.</param>
    /// <param name="defect">Told of what a check should not have given; its other samples are shown all the same.</param>
    public SnapshotFamilies(IEnumerable<CheckSpec> specs, IMetricFactory steady, IMetricFactory factory, Action<string> defect)
    {
        Defect = defect;
        Health = new StateSet(
            steady.CreateGauge("tradingbot_health", "Health of the bot: 1 for the state that holds.", ["bot", "status"]),
            "healthy", "warning", "critical");
        TradingBlocked = steady.CreateGauge("tradingbot_trading_blocked", "1 while any critical failure point is active.", ["bot"]);
        CheckStatus = new StateSet(
            steady.CreateGauge(
                "tradingbot_check_status",
                "Status of the check: 1 for the state that holds. A check whose optional source is not configured has none.",
                ["bot", "check", "category", "status"]),
            "ok", "warning", "critical", "unknown");
        CheckEnabled = steady.CreateGauge("tradingbot_check_enabled", "0 when the check's optional source is not configured.", CheckLabels);
        EntryBlocked = steady.CreateGauge("tradingbot_entry_blocked", "1 while what the check found stops every new entry of the bot.", CheckLabels);
        CheckDuration = factory.CreateGauge("tradingbot_check_duration_seconds", "How long the check's last evaluation took.", CheckLabels);
        LastEvaluation = factory.CreateGauge(
            "tradingbot_check_last_evaluation_timestamp_seconds",
            "When the check was last evaluated; older than the scrape while its result is used again.",
            CheckLabels);
        CheckErrors = factory.CreateCounter(
            "tradingbot_check_errors_total", "Evaluations of the check that found something wrong, by cause.", ["bot", "check", "cause"]);
        foreach (var family in specs.SelectMany(spec => spec.Families))
        {
            // A family has one check: two that declare the same would take each other's series away.
            Samples.Add(family.Name, new SampleFamily(family, factory));
        }
    }

    public Action<string> Defect { get; }

    /// <summary>Rises whenever a steady series comes, goes or changes its value.</summary>
    public long SteadyVersion { get; private set; }

    public StateSet Health { get; }

    public Gauge TradingBlocked { get; }

    public StateSet CheckStatus { get; }

    public Gauge CheckEnabled { get; }

    public Gauge EntryBlocked { get; }

    public Gauge CheckDuration { get; }

    public Gauge LastEvaluation { get; }

    public Counter CheckErrors { get; }

    public Dictionary<string, SampleFamily> Samples { get; } = new(StringComparer.Ordinal);

    private static string[] CheckLabels => ["bot", "check"];

    public void Apply(Snapshot snapshot, CauseCounts? errors)
    {
        foreach (var bot in snapshot.Bots)
        {
            if (!_bots.TryGetValue(bot.Bot, out var series))
            {
                _bots.Add(bot.Bot, series = new BotSeries(this, bot.Bot));
            }

            series.Apply(bot, snapshot.Partial);
            errors?.CopyTo(bot.Bot, series);
        }

        if (_bots.Count > snapshot.Bots.Length)
        {
            CloseGone(snapshot);
        }
    }

    /// <summary>Sets the value of a steady series.</summary>
    public void SetSteady(Gauge.Child series, bool value)
    {
        var number = value ? 1 : 0;
        if (series.Value != number)
        {
            series.Set(number);
            SteadyChanged();
        }
    }

    public void SteadyChanged() => SteadyVersion++;

    private void CloseGone(Snapshot snapshot)
    {
        var present = snapshot.Bots.Select(bot => bot.Bot).ToHashSet(StringComparer.Ordinal);
        foreach (var (bot, series) in _bots.Where(pair => !present.Contains(pair.Key)).ToArray())
        {
            series.Close();
            _bots.Remove(bot);
        }
    }
}
