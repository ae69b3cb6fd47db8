using BenchmarkDotNet.Attributes;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Benchmarks.Healing;

/// <summary>Work that is on the disk when it is over (WAL, synchronous=FULL): alone, and many at once, which share a commit.</summary>
[MemoryDiagnoser]
public class CommittingToTheLedger
{
    private readonly string _directory = Directory.CreateTempSubdirectory("exporter-benchmark-").FullName;
    private HealingLedger _ledger = null!;

    [Params(1, 16, 64)]
    public int AtOnce { get; set; }

    [GlobalSetup]
    public void Arrange() => _ledger = new HealingLedger(Path.Combine(_directory, "healing.db"), TimeProvider.System, NullLogger<HealingLedger>.Instance);

    [GlobalCleanup]
    public async Task Clean()
    {
        await _ledger.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark]
    public Task Commit() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => _ledger.WriteAsync(
        write => write.Execute("INSERT OR REPLACE INTO facts VALUES ($name, $value)", ("$name", $"benchmark {number}"), ("$value", 1L)),
        CancellationToken.None)));
}
