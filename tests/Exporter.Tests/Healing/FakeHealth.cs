using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing;

namespace Exporter.Tests.Healing;

/// <summary>Checks whose standing the test sets.</summary>
internal sealed class FakeHealth(TimeProvider time) : IBotHealth
{
    private readonly ConcurrentDictionary<(string Bot, string Check), (CheckResult Result, DateTimeOffset Since)> _states = [];
    private long _number;
    private int _verifications;

    public bool IsProvenTwice { get; set; }

    public Snapshot? Latest { get; private set; }

    public int Verifications => _verifications;

    /// <summary>Called before a verification answers.</summary>
    public Func<string, string, Task>? OnVerify { get; set; }

    public void Set(string bot, string check, CheckResult result, DateTimeOffset? since = null) => _states[(bot, check)] = (result, since ?? time.GetUtcNow());

    public void Break(string bot, string check = "config_integrity") => Set(bot, check, CheckResult.Critical("invalid", $"{check} is broken."));

    public void Mend(string bot, string check = "config_integrity") => Set(bot, check, CheckResult.Ok($"{check} is fine."));

    public async Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _verifications);
        if (OnVerify is { } hook)
            await hook(bot, check).WaitAsync(cancellation);
        return State(bot, check);
    }

    public Snapshot Publish()
    {
        var now = time.GetUtcNow();
        var bots = _states.Keys.GroupBy(key => key.Bot).Select(group => new BotSnapshot(
            group.Key, Health.Healthy, now, [.. group.Select(key => State(key.Bot, key.Check))])
        { Trading = TradingState.Trading });
        return Latest = new Snapshot(++_number, now, [.. bots]);
    }

    private CheckState State(string bot, string check)
    {
        var (result, since) = _states.TryGetValue((bot, check), out var found) ? found : (CheckResult.Critical("invalid", $"{check} is broken."), time.GetUtcNow());
        return new CheckState(Spec(check), result, time.GetUtcNow(), TimeSpan.Zero, since);
    }

    private CheckSpec Spec(string check) => new()
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
        IsProvenTwice = IsProvenTwice,
    };
}
