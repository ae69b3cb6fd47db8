using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Tests.Evaluation;

/// <summary>A check that finds what the test tells it to.</summary>
internal sealed class ScriptedCheck(string name, Func<CheckContext, CancellationToken, ValueTask<CheckResult>> find) : ICheck
{
    private int _runs;

    public ScriptedCheck(string name, CheckResult result)
        : this(name, (_, _) => ValueTask.FromResult(result))
    {
    }

    public CheckSpec Spec { get; init; } = SpecOf(name);

    public TimeSpan MinInterval { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    public int Runs => Volatile.Read(ref _runs);

    public static CheckSpec SpecOf(string name, params ReadOnlySpan<MetricFamily> families) => new()
    {
        Name = name,
        Category = Category.System,
        Severity = CheckStatus.Critical,
        Title = name,
        Watches = "A thing is watched.",
        Impact = "Nothing is traded.",
        Remedy = "Mend it.",
        Families = [.. families],
        Query = "up",
        Runbook = "Runbook",
    };

    public ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _runs);
        return find(context, cancellation);
    }
}

/// <summary>A bot of which only the name matters.</summary>
internal sealed class NamedBot(string name) : IBot
{
    public string Name => name;

    public string Kind => "test";

    public string? Root => "/";

    public string? Exchange => "test";

    public static MonitoredBot With(string name, params ReadOnlySpan<ICheck> checks) => new(new NamedBot(name), [.. checks]);

    public ValueTask<Reading<PositionBook>> ReadPositionsAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<ImmutableArray<Named<KillSwitch>>> ReadKillSwitchesAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<Reading<ImmutableArray<SymbolState>>> ReadProbationAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<ImmutableArray<Named<Intelligence>>> ReadIntelligenceAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<ImmutableArray<Named<Heartbeat>>> ReadHeartbeatsAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<ImmutableArray<Named<BotConfig>>> ReadConfigsAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<Reading<BlockedSignals>> ReadBlockedSignalsAsync(CancellationToken cancellation) => throw NotRead();

    public ValueTask<FileSystemState> ReadFileSystemAsync(CancellationToken cancellation) => throw NotRead();

    public ImmutableArray<string> Describe() => [];

    private static InvalidOperationException NotRead() => new("No scripted check reads its bot.");
}
