using Exporter.Bots.Kinds.FeatureStore;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;
using Exporter.Healing.Actions;
using Exporter.Healing.Files;
using Exporter.Healing.Triggers;
using Exporter.Platform;
using Exporter.Storage;
using Exporter.Tests.Bots;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Healing.Actions;

/// <summary>A real bot's directory, a real storage directory, and the actions on them; only the clock and the checks' words are the test's.</summary>
internal sealed class HealedBot : IDisposable
{
    public const string Name = "bot";

    private readonly TemporaryDirectory _storage = new();
    private readonly StorageDirectory _opened;

    public HealedBot(FeatureStoreFixture? files = null, BotOptions? options = null)
    {
        Files = files ?? FeatureStoreFixture.With();
        Time = new RecordingTime(Files.Now);
        options ??= new BotOptions();
        options.Name = Name;
        options.Root = Files.Root;
        Bot = (IFileBackedBot)new FeatureStoreKind().Create(options, new BotServices(Time, NullLoggerFactory.Instance, null));
        _opened = StorageDirectory.Open(_storage.Path);
        Watch = new BotFileWatch([Bot], _opened, Time, NullLogger<BotFileWatch>.Instance);
    }

    public FeatureStoreFixture Files { get; }

    public RecordingTime Time { get; }

    public IFileBackedBot Bot { get; }

    public BotFileWatch Watch { get; }

    public ScriptedHealth Health { get; } = new();

    public RemedyOptions Options { get; } = new();

    public List<CustomActionOptions> Custom { get; } = [];

    public string Backups => _opened.Backups;

    public ConfigLocation Config(string name) => Bot.Configs.Single(config => config.Name == name);

    /// <summary>The real checks in place of the scripted ones.</summary>
    public IBotHealth? Real { get; set; }

    public IHealingAction Action(string name, Action<string>? step = null) => Actions(step).Single(action => action.Spec.Name == name);

    public ImmutableArray<IHealingAction> Actions(Action<string>? step = null) => ActionCatalogue.Create(
        new ActionDependencies(
            [Bot],
            Options,
            [.. Custom],
            _ => TimeSpan.FromHours(5),
            Real ?? Health,
            Watch,
            new TriggerFactory(TimeProvider.System, Environment.GetEnvironmentVariable),
            Time,
            new Random(1),
            NullLoggerFactory.Instance)
        {
            Step = step,
        });

    public async Task<ActionResult> Run(string name, Action<string>? step = null, string target = "", params string[] confirmed) =>
        await Action(name, step).RunAsync(new HealingTarget(Name, target, [.. confirmed]), default);

    public async Task<string> Plan(string name) =>
        string.Join(" ", await Action(name).PlanAsync(new HealingTarget(Name, "", []), default));

    /// <summary>Two evaluations, a settle time apart, found every file as it is now.</summary>
    public void Settle()
    {
        Look();
        Time.Advance(Options.SettleTime + TimeSpan.FromSeconds(1));
        Look();
    }

    public void Look()
    {
        foreach (var config in Bot.Configs)
            Watch.Still.Look(config.FullPath);
        Watch.Still.Look(Bot.KillSwitchStatePath);
    }

    /// <summary>Every entry below the bot's root with its kind, owner, mode, time and bytes.</summary>
    public string Tree() => string.Join('\n', Directory
        .EnumerateFileSystemEntries(Files.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Order(StringComparer.Ordinal)
        .Select(Entry));

    public void Dispose()
    {
        _opened.Dispose();
        _storage.Dispose();
        Files.Dispose();
    }

    private static string Entry(string path)
    {
        var facts = Posix.Look(path)!.Value;
        var content = facts.IsRegular ? Convert.ToHexString(File.ReadAllBytes(path)) : new FileInfo(path).LinkTarget;
        var time = facts.IsRegular ? facts.Identity.ModifiedNanoseconds.ToString(CultureInfo.InvariantCulture) : "";
        return $"{path} {facts.Mode:x} {facts.User} {facts.Identity.Inode} {time} {content}";
    }
}

/// <summary>A clock that a test moves, and that remembers how long it was asked to wait.</summary>
internal sealed class RecordingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return base.CreateTimer(callback, state, dueTime, period);
    }
}

/// <summary>What the checks last said, as a test has it.</summary>
internal sealed class ScriptedHealth : IBotHealth
{
    private readonly Dictionary<string, CheckResult> _results = [];

    public Queue<CheckResult> Verifications { get; } = [];

    public Snapshot? Latest => new(
        1,
        DateTimeOffset.UnixEpoch,
        [new BotSnapshot(HealedBot.Name, Health.Healthy, DateTimeOffset.UnixEpoch, [.. _results.Select(result => State(result.Key, result.Value))]) { Trading = TradingState.Trading }]);

    public void Says(string check, CheckResult result) => _results[check] = result;

    public Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation) =>
        Task.FromResult(State(check, Verifications.Dequeue()));

    private static CheckState State(string check, CheckResult result) => new(
        new CheckSpec
        {
            Name = check,
            Category = Category.System,
            Severity = CheckStatus.Critical,
            Title = check,
            Watches = "",
            Impact = "",
            Remedy = "",
            Families = [],
            Query = "",
            Runbook = "",
        },
        result,
        DateTimeOffset.UnixEpoch,
        TimeSpan.Zero,
        DateTimeOffset.UnixEpoch);
}
