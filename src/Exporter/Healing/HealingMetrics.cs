using Exporter.Healing.Engine;
using Exporter.Healing.Ledger;
using Polly.CircuitBreaker;
using Prometheus;

namespace Exporter.Healing;

/// <summary>What healing counts. Every pair of action and outcome starts at 0, so that <c>increase()</c> sees the first one too.</summary>
internal sealed class HealingMetrics
{
    private static readonly (CircuitState State, string Name)[] _circuitStates =
        [(CircuitState.Closed, "closed"), (CircuitState.HalfOpen, "half_open"), (CircuitState.Open, "open"), (CircuitState.Isolated, "isolated")];

    private readonly Counter _attempts;
    private readonly Histogram _duration;
    private readonly Histogram _recovery;
    private readonly Gauge _inProgress;
    private readonly Gauge _queue;
    private readonly Gauge _paused;
    private readonly Gauge _exhausted;
    private readonly Gauge _lastSuccess;
    private readonly Gauge _circuit;
    private readonly Gauge _storm;
    private readonly Gauge _ledgerWritable;
    private readonly Counter _ledgerErrors;
    private readonly Gauge _turned;
    private readonly Counter _escalations;
    private readonly Gauge _watchdog;
    private readonly Counter _alerts;

    public HealingMetrics(IMetricFactory factory)
    {
        _attempts = factory.CreateCounter("tradingbot_healing_attempts_total", "Healings that ended, by how they ended.", ["bot", "action", "outcome"]);
        _duration = factory.CreateHistogram("tradingbot_healing_duration_seconds", "Time from the acceptance of a healing to its verdict.", ["action"],
            new HistogramConfiguration { Buckets = [0.1, 0.5, 1, 5, 10, 15, 30, 60, 120, 300, 600] });
        _recovery = factory.CreateHistogram("tradingbot_healing_recovery_seconds", "Time from the alert's start to the verified recovery.", ["action"],
            new HistogramConfiguration { Buckets = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400] });
        _inProgress = factory.CreateGauge("tradingbot_healing_in_progress", "1 while a healing of this action runs or is being verified.", ["bot", "action"]);
        _queue = factory.CreateGauge("tradingbot_healing_queue_length", "Accepted healings that wait to run.");
        _paused = factory.CreateGauge("tradingbot_healing_paused", "1 while any pause of healing holds.");
        _exhausted = factory.CreateGauge("tradingbot_healing_exhausted", "1 when every attempt of the last action failed, until the alert resolves or the check is healthy: a person must look.", ["bot", "action"]);
        _lastSuccess = factory.CreateGauge("tradingbot_healing_last_success_timestamp_seconds", "When this action last healed the bot.", ["bot", "action"]);
        _circuit = factory.CreateGauge("tradingbot_healing_circuit_state", "State of the action's circuit breaker: 1 for the state that holds.", ["action", "state"]);
        _storm = factory.CreateGauge("tradingbot_healing_storm", "1 while healing of this check is refused because it fails, or just failed, for most bots.", ["check"]);
        _ledgerWritable = factory.CreateGauge("tradingbot_healing_ledger_writable", "0 while the healing ledger cannot be written, so that nothing is healed.");
        _ledgerErrors = factory.CreateCounter("tradingbot_healing_ledger_errors_total", "Requests for healing that could not be recorded.");
        _turned = factory.CreateGauge("tradingbot_healing_loop_timestamp_seconds", "When the loop of healing turned last; it does so at least every few seconds.");
        _escalations = factory.CreateCounter("tradingbot_healing_escalations_total", "Escalations to a person, by cause and whether it could be told.", ["cause", "result"]);
        _watchdog = factory.CreateGauge("tradingbot_watchdog_last_received_timestamp_seconds", "When the last Watchdog alert came; 0 before the first.");
        _alerts = factory.CreateCounter("tradingbot_alerts_received_total", "Alerts received on the healing endpoint, by what became of them.", ["disposition"]);

        _ledgerWritable.Set(1);
        foreach (var word in (ReadOnlySpan<string>)["accepted", "duplicate", "cooldown", "refused", "unknown_action", "unknown_bot", "resolved", "busy"])
            _alerts.WithLabels(word);
        foreach (var cause in (ReadOnlySpan<string>)["exhausted", "storm", "critical"])
        {
            _escalations.WithLabels(cause, "told");
            _escalations.WithLabels(cause, "failed");
        }
    }

    /// <summary>Makes every series of the configured bots and actions, and takes away those of what a reload has removed.</summary>
    public void Declare(HealingSetup setup)
    {
        foreach (var metric in (ReadOnlySpan<ICollector>)[_attempts, _inProgress, _exhausted, _lastSuccess])
            Forget(metric, setup);
        foreach (var action in setup.Actions.Select(action => action.Spec.Name))
        {
            _duration.WithLabels(action);
            _recovery.WithLabels(action);
            foreach (var bot in setup.Bots)
            {
                _inProgress.WithLabels(bot, action);
                _exhausted.WithLabels(bot, action);
                foreach (var outcome in Verdict.Outcomes)
                    _attempts.WithLabels(bot, action, outcome);
            }
        }
    }

    public void Count(TakenStep taken)
    {
        var (healing, step) = taken;
        switch (step.Outcome)
        {
            case null when step.Step is "running" or "resumed":
                _inProgress.WithLabels(healing.Bot, healing.Action).Set(1);
                break;
            case null:
                break;
            case var outcome:
                _inProgress.WithLabels(healing.Bot, healing.Action).Set(0);
                _attempts.WithLabels(healing.Bot, healing.Action, outcome).Inc();
                _duration.WithLabels(healing.Action).Observe(Math.Max(0, (step.Timestamp - healing.AcceptedAt).TotalSeconds));
                if (outcome == "healed")
                    CountRecovery(healing, step.Timestamp);
                break;
        }
    }

    public void LastSuccess(string bot, string action, DateTimeOffset at) => _lastSuccess.WithLabels(bot, action).Set(at.ToUnixTimeMilliseconds() / 1000.0);

    public void Received(Disposition disposition) => _alerts.WithLabels(disposition switch
    {
        Disposition.UnknownAction => "unknown_action",
        Disposition.UnknownBot => "unknown_bot",
        Disposition.Accepted => "accepted",
        Disposition.Duplicate => "duplicate",
        Disposition.Cooldown => "cooldown",
        Disposition.Refused => "refused",
        Disposition.Resolved => "resolved",
        _ => "busy",
    }).Inc();

    public void Queue(int waiting) => _queue.Set(waiting);

    public void Paused(bool paused) => _paused.Set(paused ? 1 : 0);

    /// <summary>Exactly these pairs page; all others do not.</summary>
    public void Exhausted(IReadOnlySet<(string Bot, string Action)> pages)
    {
        foreach (var labels in _exhausted.GetAllLabelValues())
            _exhausted.WithLabels(labels).Set(pages.Contains((labels[0], labels[1])) ? 1 : 0);
        foreach (var (bot, action) in pages)
            _exhausted.WithLabels(bot, action).Set(1);
    }

    public void Circuit(string action, CircuitState state)
    {
        foreach (var (candidate, name) in _circuitStates)
            _circuit.WithLabels(action, name).Set(candidate == state ? 1 : 0);
    }

    public void Storms(IReadOnlyDictionary<string, bool> standing)
    {
        foreach (var (check, holds) in standing)
            _storm.WithLabels(check).Set(holds ? 1 : 0);
    }

    public void Ledger(LedgerCondition condition) => _ledgerWritable.Set(condition is LedgerCondition.Ready ? 1 : 0);

    /// <summary>The loop came round.</summary>
    public void Turned(DateTimeOffset at) => _turned.Set(at.ToUnixTimeMilliseconds() / 1000.0);

    public void NotRecorded() => _ledgerErrors.Inc();

    public void Escalated(EscalationCause cause, bool told) => _escalations.WithLabels(cause switch
    {
        EscalationCause.Exhausted => "exhausted",
        EscalationCause.Storm => "storm",
        _ => "critical",
    }, told ? "told" : "failed").Inc();

    public void Watchdog(DateTimeOffset at) => _watchdog.Set(at.ToUnixTimeMilliseconds() / 1000.0);

    private static void Forget(ICollector metric, HealingSetup setup)
    {
        bool IsGone(string[] labels) => !setup.Knows(labels[0]) || setup.Find(labels[1]) is null;
        switch (metric)
        {
            case Counter counter:
                foreach (var labels in counter.GetAllLabelValues().Where(IsGone).ToArray())
                    counter.RemoveLabelled(labels);
                break;
            case Gauge gauge:
                foreach (var labels in gauge.GetAllLabelValues().Where(IsGone).ToArray())
                    gauge.RemoveLabelled(labels);
                break;
        }
    }

    private void CountRecovery(HealingRecord healing, DateTimeOffset at)
    {
        LastSuccess(healing.Bot, healing.Action, at);
        if (healing.AlertStartsAt is { } began && began <= at)
            _recovery.WithLabels(healing.Action).Observe((at - began).TotalSeconds);
    }
}
