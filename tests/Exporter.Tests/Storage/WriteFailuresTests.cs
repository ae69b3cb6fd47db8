using Exporter.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Storage;

public sealed class WriteFailuresTests
{
    [Fact]
    public void Every_lost_record_is_counted_and_said_once_a_minute()
    {
        var time = new FakeTimeProvider();
        var log = new CollectedLog<WriteFailures>();
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var failures = new WriteFailures(Prometheus.Metrics.WithCustomRegistry(registry), log, time);

        failures.Report("/logs/a.jsonl", new IOException("No space left on device."));
        failures.Report("/logs/a.jsonl", new IOException("No space left on device."), records: 2);
        failures.Report("/logs/b.jsonl", new IOException("No space left on device."));
        time.Advance(TimeSpan.FromMinutes(1));
        failures.Report("/logs/a.jsonl", new IOException("No space left on device."));

        Assert.Equal(3, log.Lines.Count);
        Assert.Contains("No space left on device.", log.Lines[0].Text, StringComparison.Ordinal);
        var counter = Prometheus.Metrics.WithCustomRegistry(registry).CreateCounter("tradingbot_journal_write_errors_total", "", ["file"]);
        Assert.Equal((4, 1), (counter.WithLabels("a.jsonl").Value, counter.WithLabels("b.jsonl").Value));
    }
}
