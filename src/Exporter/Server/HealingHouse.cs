using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Commands;
using Exporter.Configuration;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Engine;
using Exporter.Healing.Files;
using Exporter.Healing.Ledger;
using Exporter.Healing.Triggers;
using Exporter.Storage;
using Exporter.Terminal;

using Prometheus;

namespace Exporter.Server;

/// <summary>Puts healing together from the configuration, and again when it is reloaded; the ledger and what runs outlive a reload.</summary>
internal sealed class HealingHouse : IHostedService, IAsyncDisposable
{
    private const string PauseFileName = "pause";

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly Evaluator _evaluator;
    private readonly StorageDirectory _storage;
    private readonly Shell _shell;
    private readonly ILoggerFactory _loggers;
    private readonly IBotHealth _health;
    private readonly HealingLedger _ledger;
    private readonly TriggerFactory _triggers;
    private readonly HealerLocks _locks;
    private BotFileWatch _files;

    public HealingHouse(
        ExporterOptions options, Evaluator evaluator, StorageDirectory storage, WriteFailures failures, IMetricFactory metrics, Shell shell, ILoggerFactory loggers)
    {
        (_evaluator, _storage, _shell, _loggers) = (evaluator, storage, shell, loggers);
        _health = new EvaluatedHealth(evaluator);
        _ledger = new HealingLedger(storage.Ledger, shell.Time, loggers.CreateLogger<HealingLedger>(), () => storage.Problem);
        _triggers = new TriggerFactory(
            shell.Time, name => shell.Environment.GetValueOrDefault(name), new RunningCommands(_ledger, shell.Time, loggers.CreateLogger<RunningCommands>()));
        _locks = new HealerLocks($"{Environment.MachineName}, process {Environment.ProcessId}, {string.Join(' ', options.Web.ListenAddresses.DefaultIfEmpty(Web.WebOptions.DefaultListenAddress))}");
        (var setup, _files) = SetUp(options);
        Engine = new HealingEngine(
            setup, _ledger, _health, Path.Combine(storage.Path, PauseFileName), metrics, shell.Time, Random.Shared, loggers);
        Engine.Escalate = EscalationOf(options);
        Engine.Stepped += new HealingJournal(storage, failures).Write;
    }

    public HealingEngine Engine { get; }

    /// <summary>What a person should know about who else heals these bots.</summary>
    public IEnumerable<string> Notes => _locks.Notes;

    /// <summary>After a reload, when the evaluator has its new bots.</summary>
    public void Apply(ExporterOptions options)
    {
        var before = _files;
        (var setup, _files) = SetUp(options);
        _evaluator.Published += _files.Observe;
        _evaluator.Published -= before.Observe;
        Engine.Escalate = EscalationOf(options);
        Engine.Apply(setup);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _evaluator.Published += _files.Observe;
        _evaluator.Published += Engine.Observe;
        if (Engine.Setup.Options is { Enabled: true, DryRun: false })
            // Beside the start: a bot's file system may hang. Whatever is healed before is looked after by the healing itself.
            _ = Task.Run(_files.MendAfterCrash, CancellationToken.None);
        Engine.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _evaluator.Published -= Engine.Observe;
        _evaluator.Published -= _files.Observe;
        await WithinAsync(Engine.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await WithinAsync(Engine.DisposeAsync().AsTask());
        await _ledger.DisposeAsync();
        _locks.Dispose();
    }

    /// <summary>What runs has been told to end, and ends in milliseconds unless a file system hangs; the ledger finds it interrupted.</summary>
    private static async Task WithinAsync(Task stop) => await Task.WhenAny(stop, Task.Delay(LongestEnd, TimeProvider.System));

    private (HealingSetup Setup, BotFileWatch Files) SetUp(ExporterOptions options)
    {
        ImmutableArray<IBot> bots = [.. _evaluator.Bots.Select(watched => watched.Bot)];
        var graces = options.Bots.ToDictionary(bot => bot.Name!, bot => bot.Checks.KillSwitch.RecoveryGrace, StringComparer.Ordinal);
        var files = new BotFileWatch(bots, _storage, _shell.Time, _loggers.CreateLogger<BotFileWatch>());
        var actions = ActionCatalogue.Create(new ActionDependencies(
            bots,
            options.Healing.Remedies,
            [.. options.Healing.CustomActions],
            name => graces[name],
            _health,
            files,
            _triggers,
            _shell.Time,
            Random.Shared,
            _loggers));
        _ = _locks.KeepAsync(options.Healing is { Enabled: true, DryRun: false } ? bots.OfType<IFileBackedBot>().Select(bot => (bot.Name, bot.Root!)) : []);
        return (new HealingSetup(options.Healing, actions, [.. bots.Select(bot => bot.Name)]) { HeldElsewhere = _locks.HeldElsewhere }, files);
    }

    private Escalate? EscalationOf(ExporterOptions options) =>
        EscalationSender.Create(
            options.Healing.Escalation, _triggers, options.Web.ExternalUrl is { } page ? new Uri(page) : null) is { } sender ? sender.SendAsync : null;
}
