using System.Text.Json.Nodes;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Journal;
using Exporter.Storage;
using Exporter.Tests.Evaluation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Journal;

public sealed class MonitorJournalTests : IDisposable
{
    private static readonly CheckResult Fine = CheckResult.Ok("All is well.");
    private static readonly CheckResult Broken = CheckResult.Critical("broken", "It is broken.");

    private readonly TemporaryDirectory _directory = new();
    private readonly StorageDirectory _storage;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly CollectedLog<WriteFailures> _log = new();
    private readonly Prometheus.CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private CheckResult _result = Fine;

    public MonitorJournalTests() => _storage = StorageDirectory.Open(_directory["state"]);

    private string JournalPath => Path.Combine(_storage.Logs, "failure_point_monitor.jsonl");

    private string SummaryPath => Path.Combine(_storage.Logs, "failure_point_monitor_summary.json");

    public void Dispose()
    {
        _storage.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_line_has_everything_that_a_script_needs()
    {
        _result = CheckResult.Critical("broken", "It's broken \uD800.") with
        {
            BlocksEntries = true,
            Details = [Detail.Of("age", 1.5), Detail.Of("flag", true), Detail.Of("nothing", double.NaN), Detail.Of("text", "a\nb"), Detail.Of("list", ["x", "y"])],
        };

        await RunAsync(EvaluatorOf("bot"), TimeSpan.Zero);

        Assert.Equal(
            """{"timestamp":"2026-01-02T03:04:05.000Z","bot":"bot","overall_health":"CRITICAL","since":"2026-01-02T03:04:05.000Z","checks":{"probe":{"status":"critical","reason":"It's broken """
            + "\uFFFD"
            + """.","cause":"broken","since":"2026-01-02T03:04:05.000Z","evaluated_at":"2026-01-02T03:04:05.000Z","duration_seconds":0,"blocks_entries":true,"details":{"age":1.5,"flag":true,"nothing":null,"text":"a\nb","list":["x","y"]}}}}""",
            Assert.Single(File.ReadAllLines(JournalPath)));
    }

    [Fact]
    public async Task A_line_is_written_each_minute_and_at_once_when_a_status_changes()
    {
        var evaluator = EvaluatorOf("bot");

        await RunAsync(
            evaluator,
            () => _time.Advance(TimeSpan.FromSeconds(15)),
            () => _time.Advance(TimeSpan.FromSeconds(15)),
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(15));
                _result = Broken;
            },
            () => _time.Advance(TimeSpan.FromSeconds(59)),
            () => _time.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal(
            [("03:04:50", "critical"), ("03:05:50", "critical")],
            Lines().Skip(1).Select(line => (((string)line["timestamp"]!)[11..19], (string)line["checks"]!["probe"]!["status"]!)));
        Assert.Equal(3, Lines().Length);
    }

    [Fact]
    public async Task The_summary_is_the_latest_state_and_with_one_bot_its_checks_are_at_the_top()
    {
        await RunAsync(EvaluatorOf("bot"), () => _time.Advance(TimeSpan.FromSeconds(1)));

        var summary = JsonNode.Parse(File.ReadAllText(SummaryPath))!;
        Assert.Equal(
            ("2026-01-02T03:04:06.000Z", "bot", "HEALTHY", "ok", "ok"),
            ((string?)summary["timestamp"], (string?)summary["bot"], (string?)summary["overall_health"],
                (string?)summary["checks"]!["probe"]!["status"], (string?)summary["bots"]!["bot"]!["checks"]!["probe"]!["status"]));
    }

    [Fact]
    public async Task With_several_bots_each_has_its_lines_and_its_place_in_the_summary()
    {
        await RunAsync(EvaluatorOf("a", "b"), TimeSpan.Zero);

        Assert.Equal(["a", "b"], Lines().Select(line => (string)line["bot"]!));
        var summary = JsonNode.Parse(File.ReadAllText(SummaryPath))!;
        Assert.Equal(["a", "b"], summary["bots"]!.AsObject().Select(bot => bot.Key));
        Assert.Null(summary["checks"]);
        Assert.Equal("HEALTHY", (string?)summary["overall_health"]);
    }

    [Fact]
    public async Task Since_survives_a_restart_by_the_summary()
    {
        _result = Broken;
        await RunAsync(EvaluatorOf("bot"), TimeSpan.Zero);
        var began = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(1));
        var next = EvaluatorOf("bot");

        SummaryFile.Restore(_storage, next, NullLogger.Instance);
        var bot = (await next.EvaluateAsync(TimeSpan.FromSeconds(5), default)).Bots[0];

        Assert.Equal((began, began), (bot.Since, bot.Checks[0].Since));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"bots\":{\"bot\":{\"checks\":{\"probe\":{\"status\":\"cri")]
    [InlineData("[]")]
    [InlineData("{\"bots\":{\"bot\":{\"since\":7,\"checks\":{\"probe\":{\"status\":\"critical\",\"since\":\"soon\"},\"b\":null}}}}")]
    public async Task A_summary_that_cannot_be_read_only_makes_since_begin_anew(string content)
    {
        File.WriteAllText(SummaryPath, content);
        var evaluator = EvaluatorOf("bot");

        SummaryFile.Restore(_storage, evaluator, NullLogger.Instance);

        Assert.Equal(_time.GetUtcNow(), (await evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default)).Bots[0].Since);
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_off_at_the_start()
    {
        File.WriteAllText(JournalPath, "{}\n{\"timest");

        await RunAsync(EvaluatorOf("bot"), TimeSpan.Zero);

        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public async Task What_cannot_be_written_is_counted_and_said_and_harms_nobody()
    {
        Directory.CreateDirectory(JournalPath);
        Directory.CreateDirectory(Path.Combine(SummaryPath, "in the way"));
        var evaluator = EvaluatorOf("bot");

        await RunAsync(evaluator, () => _result = Broken);

        Assert.Equal(Health.Critical, evaluator.Latest!.Overall);
        var lost = Prometheus.Metrics.WithCustomRegistry(_registry).CreateCounter("tradingbot_journal_write_errors_total", "", ["file"]);
        Assert.True(lost.WithLabels("failure_point_monitor.jsonl").Value >= 2);
        Assert.True(lost.WithLabels("failure_point_monitor_summary.json").Value >= 1);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task A_change_of_status_is_one_log_line_and_an_evaluation_without_one_is_none()
    {
        var log = new CollectedLog<MonitorJournal>();
        var evaluator = EvaluatorOf("bot");
        StatusLog.Follow(evaluator, log);
        foreach (var result in new[] { Fine, Broken, Broken, Fine, Fine })
        {
            _result = result;
            await evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default);
        }

        Assert.Equal(
            [
                (LogLevel.Error, "bot: probe is critical, was ok. It is broken."),
                (LogLevel.Information, "bot: probe is ok, was critical. All is well."),
            ],
            log.Lines);
    }

    private Evaluator EvaluatorOf(params string[] bots) =>
        new([.. bots.Select(bot => NamedBot.With(bot, new ScriptedCheck("probe", (_, _) => new(_result))))], _time);

    private Task RunAsync(Evaluator evaluator, TimeSpan pause) => RunAsync(evaluator, () => _time.Advance(pause));

    /// <summary>Journals one evaluation, and one after each of these.</summary>
    private async Task RunAsync(Evaluator evaluator, params Action[] before)
    {
        using var journal = new MonitorJournal(
            evaluator, _storage, _time, new WriteFailures(Prometheus.Metrics.WithCustomRegistry(_registry), _log, _time), NullLogger<MonitorJournal>.Instance);
        await journal.StartAsync(default);
        await evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default);
        foreach (var change in before)
        {
            change();
            await evaluator.EvaluateAsync(TimeSpan.FromSeconds(5), default);
        }

        await journal.StopAsync(default);
    }

    private JsonNode[] Lines() => [.. File.ReadAllLines(JournalPath).Select(line => JsonNode.Parse(line)!)];
}
