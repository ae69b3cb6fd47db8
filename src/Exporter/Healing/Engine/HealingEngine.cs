using System.Threading.Channels;
using Exporter.Evaluation;
using Exporter.Healing.Guards;
using Exporter.Healing.Ledger;
using Exporter.Healing.Triggers;

using Prometheus;

namespace Exporter.Healing.Engine;

/// <summary>
/// Takes requests for healing, keeps them durably, and carries them out in the background. Whatever it knows it knows from the ledger, so
/// that a crash at any moment loses nothing that was accepted.
/// </summary>
public sealed partial class HealingEngine : IAsyncDisposable
{
    /// <summary>The longest sleep of the background loop: due times, the pause file and a ledger that recovers are seen within it.</summary>
    private static readonly TimeSpan _pulse = TimeSpan.FromSeconds(1);

    private readonly HealingLedger _ledger;
    private readonly IBotHealth _health;
    private readonly HealingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<HealingEngine> _logger;
    private readonly StormGuard _storms;
    private readonly Pipelines _pipelines;
    private readonly Dispatcher _dispatcher;
    private readonly HealthWatch _watch;
    private readonly Escalations _escalations;
    private readonly LedgerUpkeep _upkeep;
    private readonly ClockWatch _clock;
    private readonly StepStream _steps;
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private bool _disposed;
    private readonly CurrentSetup _setup;
    private volatile Snapshot? _unseen;
    private volatile Escalate? _escalate;
    private Task _loop = Task.CompletedTask;

    /// <param name="pauseFile">Where the pause file is looked for when the options name none.</param>
    /// <param name="metrics">Where the counters are made.</param>
    public HealingEngine(
        HealingSetup setup, HealingLedger ledger, IBotHealth health, string pauseFile, IMetricFactory metrics, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        _setup = new CurrentSetup(setup);
        _ledger = ledger;
        _health = health;
        _time = time;
        _logger = loggers.CreateLogger<HealingEngine>();
        _metrics = new HealingMetrics(metrics);
        _storms = new StormGuard(_setup, time);
        _pipelines = new Pipelines(_setup, _metrics, time, random, loggers.CreateLogger<Pipelines>());
        AlertingPath = new AlertingPath(_setup, _metrics, time);
        Pauses = new Pauses(ledger, () => _setup.Options.PauseFile ?? pauseFile, time);
        Pauses.Changed += Wake;
        var guards = new GuardRails(_setup, GuardRails.InOrder(ledger, health, Pauses, _storms, _pipelines.WhyNot, time));
        var runs = new HealingRun(_setup, ledger, guards, _pipelines, new Proof(health, time), new RunningCommands(ledger, time, loggers.CreateLogger<RunningCommands>()), time, loggers.CreateLogger<HealingRun>());
        _dispatcher = new Dispatcher(_setup, ledger, runs, _metrics, Wake, loggers.CreateLogger<Dispatcher>());
        _watch = new HealthWatch(_setup, ledger, _storms, AlertingPath, _metrics, time);
        _escalations = new Escalations(ledger, () => _escalate, _metrics, loggers.CreateLogger<Escalations>());
        _steps = new StepStream(ledger, _metrics, loggers.CreateLogger<StepStream>());
        _upkeep = new LedgerUpkeep(_setup, ledger, _storms, AlertingPath, _metrics, _steps, time);
        _clock = new ClockWatch(ledger, _storms, time);
        _metrics.Declare(setup);
        _pipelines.Rebuild();
    }

    /// <summary>
    /// Raised for every step, in order, after it is durable; for the journal. A step that a crash kept from being told is told at the next
    /// start, perhaps a second time with the same number.
    /// </summary>
    public event Action<HealingStep>? Stepped
    {
        add => _steps.Stepped += value;
        remove => _steps.Stepped -= value;
    }

    public AlertingPath AlertingPath { get; }

    public Pauses Pauses { get; }

    public HealingSetup Setup => _setup.Value;

    public LedgerCondition LedgerCondition => _ledger.Condition;

    /// <summary>How a person is told of what healing cannot mend; null tells nobody beside the metrics.</summary>
    public Escalate? Escalate
    {
        get => _escalate;
        set => _escalate = value;
    }

    public void Start()
    {
        _steps.Start();
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>A reload: what runs goes on, what comes follows the new setup.</summary>
    public void Apply(HealingSetup setup)
    {
        _setup.Value = setup;
        _metrics.Declare(setup);
        _pipelines.Rebuild();
        Wake();
    }

    /// <summary>A handler for <see cref="Evaluator.Published"/>.</summary>
    public void Observe(Snapshot snapshot, Snapshot? before)
    {
        _unseen = snapshot;
        // What has not changed can wait for the next pulse: a scrape costs the ledger nothing then.
        if (HealthWatch.HasChanged(snapshot, before))
            Wake();
    }

    /// <summary>Decides about each alert and keeps the decisions durably before it answers.</summary>
    public async Task<Receipt> ReceiveAsync(IReadOnlyList<ReceivedAlert> alerts, CancellationToken cancellation)
    {
        try
        {
            var (setup, latest) = (_setup.Value, _health.Latest);
            var mine = alerts.Any(alert => setup.Find(alert.Action) is not null && setup.Knows(alert.Bot));
            Disposition[] dispositions = mine
                ? await _ledger.WriteAsync(
                    write =>
                    {
                        var admission = new Admission(setup, latest, write);
                        return alerts.Select(alert => admission.Receive(alert, HealingTrigger.Alertmanager)).ToArray();
                    },
                    cancellation)
                : [.. alerts.Select(alert => setup.Find(alert.Action) is null ? Disposition.UnknownAction : Disposition.UnknownBot)];
            foreach (var disposition in dispositions)
                _metrics.Received(disposition);
            Wake();
            return new Receipt(
                [.. dispositions],
                dispositions.Contains(Disposition.Busy) ? $"The queue is full: {setup.Options.QueueLength} healings wait. Deliver again; nothing is lost." : null);
        }
        catch (LedgerException e)
        {
            _metrics.NotRecorded();
            _metrics.Ledger(_ledger.Condition);
            return new Receipt([], e.Message);
        }
    }

    /// <summary>A person's request, under the same guard rails.</summary>
    /// <exception cref="LedgerException">It could not be recorded, so nothing will be done.</exception>
    public async Task<ManualReceipt> AskAsync(ManualRequest request, CancellationToken cancellation)
    {
        var setup = _setup.Value;
        if (setup.Find(request.Action) is not { } action)
            return new ManualReceipt.UnknownAction($"There is no action of that name. Known: {string.Join(", ", setup.Actions.Select(known => known.Spec.Name))}.");
        if (!setup.Knows(request.Bot))
            return new ManualReceipt.UnknownBot($"There is no bot of that name. Known: {string.Join(", ", setup.Bots)}.");
        if (!action.Accepts(request.Bot, request.Target))
            return new ManualReceipt.UnknownTarget($"{request.Action} knows no such target of {request.Bot}. Leave it out to mean the bot as a whole.");

        var latest = _health.Latest;
        var receipt = await _ledger.WriteAsync(write => new Admission(setup, latest, write).Ask(request, action), cancellation);
        Wake();
        return receipt;
    }

    /// <summary>Cuts off what runs (the ledger finds it interrupted at the next start) and tells every step that is durable.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await _dispatcher.DrainAsync();
        await _escalations.EndedAsync();
        await _steps.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A container that knows the engine's house by two names disposes of it twice.
        if (_disposed)
            return;
        _disposed = true;
        await StopAsync();
        _stopping.Dispose();
    }

    private void Wake() => _wakeUps.Writer.TryWrite(true);

    private async Task LoopAsync()
    {
        var cancellation = _stopping.Token;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await PassAsync(cancellation);
                await SleepAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // One pass that fails must not end healing for good; the pulse keeps it from turning hot.
                if (e is not LedgerException)
                    Log.PassFailed(_logger, e);
                await Task.Delay(_pulse, _time, cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
            finally
            {
                _metrics.Ledger(_ledger.Condition);
                _metrics.Turned(_time.GetUtcNow());
            }
        }
    }

    private async Task PassAsync(CancellationToken cancellation)
    {
        await _upkeep.LoadAsync(cancellation);
        await _clock.FollowAsync(cancellation);
        if (Interlocked.Exchange(ref _unseen, null) is { } snapshot)
            await _watch.ObserveAsync(snapshot, cancellation);
        _pipelines.Show();
        _metrics.Paused(!(await Pauses.HoldingAsync(cancellation)).IsEmpty);
        await _dispatcher.DispatchAsync(cancellation);
        _escalations.Begin(cancellation);
        await _upkeep.KeepAsync(cancellation);
    }

    private async Task SleepAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_wakeUps.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(_pulse, _time, either.Token));
        await either.CancelAsync();
        _wakeUps.Reader.TryRead(out _);
        cancellation.ThrowIfCancellationRequested();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "HealingPassFailed", Message = "Healing stumbled and goes on")]
        public static partial void PassFailed(ILogger logger, Exception error);
    }
}
