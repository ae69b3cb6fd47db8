using System.Collections.Immutable;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Healing.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;

namespace Exporter.Tests.Healing;

/// <summary>An engine with a real ledger, bots whose checks the test sets, and a clock that the test moves.</summary>
internal sealed class HealingWorld : IAsyncDisposable
{
    private readonly TemporaryDirectory? _own;
    private readonly SemaphoreSlim _told = new(0);


    public HealingWorld(HealingOptions? options = null, string? directory = null, FakeTimeProvider? time = null, params string[] bots)
    {
        _own = directory is null ? new TemporaryDirectory() : null;
        Directory = directory ?? _own!.Path;
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        Options = options ?? Enabled();
        Bots = bots.Length == 0 ? ["alpha"] : [.. bots];
        Health = new FakeHealth(Time);
        Ledger = new HealingLedger(LedgerPath, Time, NullLogger<HealingLedger>.Instance);
    }

    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    public string Directory { get; }

    public string LedgerPath => Path.Combine(Directory, "healing.db");

    public string PauseFile => Path.Combine(Directory, "pause");

    public FakeTimeProvider Time { get; }

    public HealingOptions Options { get; }

    public ImmutableArray<string> Bots { get; }

    public FakeHealth Health { get; }

    public HealingLedger Ledger { get; }

    public List<FakeAction> Actions { get; } = [new FakeAction()];

    public FakeAction Action => Actions[0];

    public List<HealingStep> Steps { get; } = [];

    public List<EscalationNotice> Escalated { get; } = [];

    public HealingEngine Engine { get; private set; } = null!;

    public static HealingOptions Enabled() => new()
    {
        Enabled = true,
        HealthyFor = TimeSpan.Zero,
        VerifyTimeout = TimeSpan.FromSeconds(20),
        Trigger = TriggerMode.Alertmanager,
    };

    public HealingWorld Start()
    {
        var setup = new HealingSetup(Options, [.. Actions], Bots);
        Engine = new HealingEngine(setup, Ledger, Health, PauseFile, Prometheus.Metrics.WithCustomRegistry(Registry), Time, new Random(1), NullLoggerFactory.Instance)
        {
            Escalate = (notice, _) =>
            {
                lock (Escalated)
                    Escalated.Add(notice);
                return Task.CompletedTask;
            },
        };
        Engine.Stepped += step =>
        {
            lock (Steps)
                Steps.Add(step);
            _told.Release();
        };
        Engine.Start();
        return this;
    }

    public ReceivedAlert Firing(string bot = "alpha", string action = "mend", string fingerprint = "f1", DateTimeOffset? startsAt = null) =>
        new(action, bot, fingerprint, Firing: true, startsAt ?? Time.GetUtcNow(), null);

    public ReceivedAlert Resolved(string bot = "alpha", string action = "mend", string fingerprint = "f1") =>
        new(action, bot, fingerprint, Firing: false, null, Time.GetUtcNow());

    public async Task<Disposition> ReceiveAsync(ReceivedAlert alert) =>
        Assert.Single((await Engine.ReceiveAsync([alert], CancellationToken.None)).Dispositions);

    public Task<List<HealingRecord>> HealingsAsync() => Ledger.WriteAsync(
        read => read.Rows("SELECT * FROM healings ORDER BY id", HealingTable.Read), CancellationToken.None);

    public Task<List<Episode>> EpisodesAsync() => Ledger.WriteAsync(
        read => read.Rows("SELECT id FROM episodes ORDER BY id", row => row.GetInt64(0)).ConvertAll(read.Episode), CancellationToken.None);

    /// <summary>The verdicts so far, once there are as many; time moves on in small steps until then.</summary>
    public async Task<List<Verdict>> VerdictsAsync(int count = 1)
    {
        List<HealingRecord> healings = [];
        await UntilAsync(async () => (healings = await HealingsAsync()).Count(healing => healing.State is HealingState.Ended) >= count,
            () => string.Join("; ", healings.Select(healing => healing.State)));
        return [.. healings.Select(healing => healing.State).OfType<HealingState.Ended>().Select(ended => ended.Verdict)];
    }

    /// <summary>Moves the clock in small steps, so that everything due in between happens in its order.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var step = TimeSpan.FromSeconds(span < TimeSpan.FromSeconds(10) ? 1 : 5);
        for (var left = span; left > TimeSpan.Zero; left -= step)
        {
            Time.Advance(step);
            await SettleAsync();
        }
    }

    public void Publish() => Engine.Observe(Health.Publish(), null);

    /// <summary>Lets the engine act and moves its clock, in small steps at first, until the condition holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, Func<string>? found = null)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        var rounds = 0;
        while (began.Elapsed < TimeSpan.FromMinutes(1))
        {
            if (await condition())
                return;
            Time.Advance(TimeSpan.FromMilliseconds(rounds++ < 20 ? 500 : 2_000));
            await SettleAsync();
        }

        Assert.Fail($"It never came to that. Found: {found?.Invoke()}");
    }

    public double Metric(string name, params (string Name, string Value)[] labels)
    {
        using var stream = new MemoryStream();
        Registry.CollectAndExportAsTextAsync(stream).GetAwaiter().GetResult();
        var wanted = labels.Length == 0 ? "" : "{" + string.Join(",", labels.Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";
        var line = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n').SingleOrDefault(line => line.StartsWith($"{name}{wanted} ", StringComparison.Ordinal));
        return line is null ? double.NaN : double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null)
            await Engine.DisposeAsync();
        await Ledger.DisposeAsync();
        _told.Dispose();
        _own?.Dispose();
    }

    /// <summary>Until the next step is told, or for two milliseconds: what the engine has started reaches its next wait.</summary>
    private async Task SettleAsync()
    {
        await _told.WaitAsync(TimeSpan.FromMilliseconds(2));
        await Ledger.WriteAsync(_ => true, CancellationToken.None).ContinueWith(static _ => { }, TaskScheduler.Default);
    }
}
