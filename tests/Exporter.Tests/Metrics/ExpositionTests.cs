using System.IO.Compression;
using System.Text;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Metrics;
using Exporter.Tests.Evaluation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;

namespace Exporter.Tests.Metrics;

public sealed class ExpositionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly MetricFamily Probation = MetricFamily.Gauge("tradingbot_symbol_probation", "1 for each symbol on probation.", "symbol");
    private static readonly MetricFamily Blocked = MetricFamily.Counter("tradingbot_signals_blocked_total", "Signals that\nwere blocked.", "reason");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ExporterRegistry _registry = new();

    [Fact]
    public async Task A_check_is_shown_with_its_status_its_health_and_its_samples()
    {
        var text = await Render(CheckResult.Critical("stuck", "It is stuck.") with { BlocksEntries = true, Samples = [Probation.Of(1, "BTCUSDT")] });

        Assert.Contains("tradingbot_health{bot=\"bot\",status=\"critical\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_health{bot=\"bot\",status=\"healthy\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_trading_state{bot=\"bot\",state=\"trading\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_status{bot=\"bot\",check=\"probe\",category=\"system\",status=\"critical\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_status{bot=\"bot\",check=\"probe\",category=\"system\",status=\"ok\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_enabled{bot=\"bot\",check=\"probe\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_entry_blocked{bot=\"bot\",check=\"probe\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_last_evaluation_timestamp_seconds{bot=\"bot\",check=\"probe\"} 1767323045\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_check_errors_total{bot=\"bot\",check=\"probe\",cause=\"stuck\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_symbol_probation{bot=\"bot\",symbol=\"BTCUSDT\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_build_info{version=\"1.2.3\",revision=\"abc\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_one_line()
    {
        var text = await Render(CheckResult.Ok("Fine."));

        Assert.Contains("# HELP tradingbot_signals_blocked_total Signals that were blocked.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_check_has_no_status_and_says_that_it_is_not_enabled()
    {
        var text = await Render(CheckResult.Ok("Fine."), CheckResult.Disabled("Give it a key."));

        Assert.Contains("tradingbot_check_enabled{bot=\"bot\",check=\"probe\"} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tradingbot_check_status{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_series_outlives_its_thing()
    {
        var text = await Render(
            CheckResult.Warning("probation", "Two.") with { Samples = [Probation.Of(1, "BTCUSDT"), Probation.Of(1, "ETHUSDT")] },
            CheckResult.Warning("probation", "One.") with { Samples = [Probation.Of(1, "ETHUSDT")] });

        Assert.DoesNotContain("BTCUSDT", text, StringComparison.Ordinal);
        Assert.Contains("symbol=\"ETHUSDT\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_bot_that_is_no_longer_watched()
    {
        var result = CheckResult.Critical("stuck", "It is stuck.") with { Samples = [Probation.Of(1, "BTCUSDT"), Blocked.Of(3, "fees")] };
        var evaluator = new Evaluator([BotWith("gone", result), BotWith("kept", result)], _time);
        using var exposition = ExpositionOf(evaluator);
        await Text(exposition, await evaluator.EvaluateAsync(Deadline, default));

        evaluator.Replace([BotWith("kept", result)]);
        var text = await Text(exposition, await evaluator.EvaluateAsync(Deadline, default));

        Assert.DoesNotContain("gone", text, StringComparison.Ordinal);
        Assert.Contains("bot=\"kept\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counter_that_began_anew_begins_anew()
    {
        var text = await Render(
            CheckResult.Ok("Fine.") with { Samples = [Blocked.Of(7, "fees")] },
            CheckResult.Ok("Fine.") with { Samples = [Blocked.Of(2, "fees")] },
            CheckResult.Ok("Fine.") with { Samples = [Blocked.Of(3, "fees")] });

        Assert.Contains("tradingbot_signals_blocked_total{bot=\"bot\",reason=\"fees\"} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_counted_once_per_evaluation_and_not_when_a_result_is_used_again()
    {
        var check = new ScriptedCheck("probe", CheckResult.Critical("banned", "Banned.")) { MinInterval = TimeSpan.FromSeconds(30) };
        var evaluator = new Evaluator([NamedBot.With("bot", check)], _time);
        using var exposition = ExpositionOf(evaluator);
        foreach (var pause in new[] { 0, 15, 15, 30 })
        {
            _time.Advance(TimeSpan.FromSeconds(pause));
            await evaluator.EvaluateAsync(Deadline, default);
        }

        var text = await Text(exposition, evaluator.Latest!);

        Assert.Contains("cause=\"banned\"} 3\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("Ω😀", "Ω😀")]
    public async Task Any_symbol_name_can_be_a_label_value(string symbol, string shown)
    {
        var text = await Render(CheckResult.Ok("Fine.") with { Samples = [Probation.Of(1, symbol)] });

        Assert.Contains($"symbol=\"{shown}\"}} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_symbol_name_that_is_no_valid_text_is_mended()
    {
        var text = await Render(CheckResult.Ok("Fine.") with { Samples = [Probation.Of(1, "a\uD800b")] });

        Assert.Contains("symbol=\"a\uFFFDb\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_that_its_check_did_not_declare_is_a_counted_defect_and_harms_no_other()
    {
        var text = await Render(CheckResult.Ok("Fine.") with
        {
            Samples = [MetricFamily.Gauge("undeclared", "No.").Of(1), Probation.Of(1), Probation.Of(1, "BTCUSDT")],
        });

        Assert.Contains("symbol=\"BTCUSDT\"", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_internal_errors_total 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_series_has_one_value()
    {
        var text = await Render(CheckResult.Ok("Fine.") with { Samples = [Probation.Of(1, "BTCUSDT"), Probation.Of(0, "ETHUSDT"), Probation.Of(2, "BTCUSDT")] });

        Assert.Contains("symbol=\"BTCUSDT\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("symbol=\"ETHUSDT\"} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("symbol=\"BTCUSDT\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_internal_errors_total 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1, "0.1", "0.1")]
    [InlineData(-0.0, "0", "0.0")]
    [InlineData(1767323045.123, "1767323045.123", "1767323045.123")]
    [InlineData(999999999999999, "999999999999999", "999999999999999.0")]
    [InlineData(1e15, "1000000000000000", "1000000000000000.0")]
    [InlineData(1e17, "1e+17", "1e+17")]
    [InlineData(-2.5e-7, "-2.5e-07", "-2.5e-07")]
    [InlineData(double.NaN, "NaN", "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf", "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf", "-Inf")]
    public async Task Any_number_can_be_a_value(double value, string text, string openMetrics)
    {
        var evaluator = new Evaluator([BotWith("bot", CheckResult.Ok("Fine.") with { Samples = [Probation.Of(value, "X")] })], _time);
        using var exposition = ExpositionOf(evaluator);
        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Contains($"symbol=\"X\"}} {text}\n", await Text(exposition, snapshot), StringComparison.Ordinal);
        Assert.Contains($"symbol=\"X\"}} {openMetrics}\n", await Text(exposition, snapshot, ExpositionFormat.OpenMetricsText), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_slow_client_still_reads_is_not_written_to()
    {
        var evaluator = new Evaluator([BotWith("bot", CheckResult.Ok("Fine."))], _time);
        using var exposition = ExpositionOf(evaluator);
        var form = new Negotiation(ExpositionFormat.PrometheusText, Gzip: false);
        using var slow = await exposition.RenderAsync(await evaluator.EvaluateAsync(Deadline, default), form, default);
        var begun = slow.Bytes.ToArray();
        for (var round = 0; round < 3; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await Text(exposition, await evaluator.EvaluateAsync(Deadline, default));
        }

        Assert.Equal(begun, slow.Bytes.ToArray());
    }

    [Fact]
    public async Task OpenMetrics_ends_with_its_end_mark_and_text_has_none()
    {
        var evaluator = new Evaluator([BotWith("bot", CheckResult.Ok("Fine."))], _time);
        using var exposition = ExpositionOf(evaluator);
        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.EndsWith("# EOF\n", await Text(exposition, snapshot, ExpositionFormat.OpenMetricsText), StringComparison.Ordinal);
        Assert.DoesNotContain("# EOF", await Text(exposition, snapshot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partial_snapshot_shows_its_checks_and_no_health()
    {
        var evaluator = new Evaluator([NamedBot.With("bot", Check("probe", CheckResult.Ok("Fine.")), new ScriptedCheck("other", CheckResult.Ok("Fine.")))], _time);
        using var exposition = ExpositionOf(evaluator);

        var text = await Text(exposition, await evaluator.EvaluateAsync(new CheckFilter(["probe"]), Deadline, default));

        Assert.Contains("check=\"probe\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("check=\"other\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tradingbot_health{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tradingbot_trading_state{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_and_other_rooms_instruments_are_shown()
    {
        _registry.Factory.CreateCounter("tradingbot_webhook_requests_total", "Requests.", ["code"]).WithLabels("202").Inc();

        var text = await Render(CheckResult.Ok("Fine."));

        Assert.Contains("tradingbot_webhook_requests_total{code=\"202\"} 1\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "cpu_seconds_total", "resident_memory_bytes", "virtual_memory_bytes", "open_fds", "max_fds", "start_time_seconds" })
        {
            var line = text.Split('\n').Single(line => line.StartsWith($"process_{name} ", StringComparison.Ordinal));
            Assert.True(double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) > 0, line);
        }
    }

    [Fact]
    public async Task Scrapes_that_share_a_snapshot_get_the_same_bytes_also_compressed()
    {
        var evaluator = new Evaluator([BotWith("bot", CheckResult.Ok("Fine."))], _time);
        using var exposition = ExpositionOf(evaluator);
        var snapshot = await evaluator.EvaluateAsync(Deadline, default);
        var form = new Negotiation(ExpositionFormat.PrometheusText, Gzip: false);

        using var first = await exposition.RenderAsync(snapshot, form, default);
        using var second = await exposition.RenderAsync(snapshot, form, default);
        using var zipped = await exposition.RenderAsync(snapshot, form with { Gzip = true }, default);

        Assert.True(first.Bytes.Equals(second.Bytes));
        using var unzipped = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(zipped.Bytes.ToArray()), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(unzipped);
        }

        Assert.Equal(first.Bytes.ToArray(), unzipped.ToArray());
    }

    [Fact]
    public async Task Sixteen_parallel_scrapers_never_see_a_mixed_snapshot()
    {
        const int evaluations = 1000;
        var numbers = Enumerable.Range(0, 20).Select(i => MetricFamily.Gauge($"tradingbot_value{i}", "Evaluation's number.", "symbol")).ToArray();
        var number = 0;
        // Each evaluation gives every series the same number, and a set of symbols of its own.
        var check = new ScriptedCheck("probe", (_, _) =>
        {
            var now = Interlocked.Increment(ref number);
            return new(CheckResult.Ok("Fine.") with { Samples = [.. numbers.SelectMany(family => Enumerable.Range(0, 1 + (now % 3)).Select(j => family.Of(now, $"S{j}")))] });
        })
        { Spec = ScriptedCheck.SpecOf("probe", numbers) };
        var evaluator = new Evaluator([NamedBot.With("bot", check)], TimeProvider.System);
        using var exposition = ExpositionOf(evaluator);
        var mixed = new System.Collections.Concurrent.ConcurrentBag<string>();
        var distinct = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var format = i % 2 == 0 ? ExpositionFormat.PrometheusText : ExpositionFormat.OpenMetricsText;
            while (Volatile.Read(ref number) < evaluations)
            {
                var text = await Text(exposition, await evaluator.EvaluateAsync(Deadline, default), format);
                var values = text.Split('\n').Where(line => line.StartsWith("tradingbot_value", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToArray();
                var seen = values.Distinct().ToArray();
                distinct[seen[0]] = true;
                var expected = 20 * (1 + ((int)double.Parse(seen[0], System.Globalization.CultureInfo.InvariantCulture) % 3));
                if (seen.Length != 1 || values.Length != expected)
                {
                    mixed.Add(string.Join(' ', values));
                }
            }
        })));

        Assert.Empty(mixed);
        Assert.True(distinct.Count > 10, $"Only {distinct.Count} different evaluations were seen.");
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_say()
    {
        await Promtool.FindsNothingToSay(await Render(
            CheckResult.Critical("stuck", "Stuck.") with { Samples = [Probation.Of(1, "a\"b\\c\nd"), Blocked.Of(3, "fees")] }));
    }

    private static ScriptedCheck Check(string name, CheckResult result) => new(name, result) { Spec = ScriptedCheck.SpecOf(name, Probation, Blocked) };

    private static MonitoredBot BotWith(string name, CheckResult result) => NamedBot.With(name, Check("probe", result));

    private static async Task<string> Text(Exposition exposition, Snapshot snapshot, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var body = await exposition.RenderAsync(snapshot, new Negotiation(format, Gzip: false), default);
        return Encoding.UTF8.GetString(body.Bytes.Span);
    }

    private Exposition ExpositionOf(Evaluator evaluator) => new(
        _registry, evaluator, evaluator.Bots[0].Checks.Select(check => check.Spec), "1.2.3", "abc", NullLogger<Exposition>.Instance);

    /// <summary>The text of the last of these results, each scraped after the other.</summary>
    private async Task<string> Render(params CheckResult[] results)
    {
        var next = 0;
        var check = new ScriptedCheck("probe", (_, _) => new(results[next++])) { Spec = ScriptedCheck.SpecOf("probe", Probation, Blocked) };
        var evaluator = new Evaluator([NamedBot.With("bot", check)], _time);
        using var exposition = ExpositionOf(evaluator);
        var text = "";
        foreach (var _ in results)
        {
            text = await Text(exposition, await evaluator.EvaluateAsync(Deadline, default));
        }

        return text;
    }
}
