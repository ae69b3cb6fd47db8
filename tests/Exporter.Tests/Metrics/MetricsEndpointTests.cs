using System.Net;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Metrics;
using Exporter.Tests.Evaluation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Metrics;

public sealed class MetricsEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly ScriptedCheck _disk = new("disk", CheckResult.Ok("Fine."));
    private readonly ScriptedCheck _exchange = new("exchange", CheckResult.Ok("Fine."));
    private readonly ExporterRegistry _registry = new();
    private Evaluator _evaluator = null!;
    private Exposition _exposition = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private bool _mayDebug;

    public async Task InitializeAsync()
    {
        _evaluator = new Evaluator([NamedBot.With("bot", _disk, _exchange)], TimeProvider.System);
        _exposition = new Exposition(_registry, _evaluator, [_disk.Spec, _exchange.Spec], "1.2.3", "abc", NullLogger<Exposition>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMetrics(_evaluator, _exposition, [_disk.Spec, _exchange.Spec], _ => _mayDebug);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _exposition.Dispose();
    }

    [Fact]
    public async Task A_scrape_evaluates_every_check_and_publishes()
    {
        var answer = await _client.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("check=\"disk\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(_evaluator.Latest);
    }

    [Fact]
    public async Task OpenMetrics_is_sent_to_who_asks_for_it_and_compressed_when_asked()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", "application/openmetrics-text;version=1.0.0");
        request.Headers.Add("Accept-Encoding", "gzip");

        var answer = await _client.SendAsync(request);

        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
    }

    [Fact]
    public async Task Head_gives_the_headers_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/metrics");

        var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_scrape_is_no_post() =>
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.PostAsync("/metrics", null)).StatusCode);

    [Theory]
    [InlineData("?collect[]=disk", true, false)]
    [InlineData("?exclude[]=disk", false, true)]
    [InlineData("?collect[]=disk&collect[]=exchange", true, true)]
    [InlineData("?collect%5B%5D=exchange", false, true)]
    public async Task A_filtered_scrape_runs_its_checks_alone_and_publishes_nothing(string query, bool disk, bool exchange)
    {
        var text = await _client.GetStringAsync("/metrics" + query);

        Assert.Equal((disk ? 1 : 0, exchange ? 1 : 0), (_disk.Runs, _exchange.Runs));
        Assert.Equal(disk, text.Contains("check=\"disk\"", StringComparison.Ordinal));
        Assert.Null(_evaluator.Latest);
    }

    [Theory]
    [InlineData("?collect[]=disc", "\"disc\"", "disk, exchange")]
    [InlineData("?exclude[]=", "\"\"", "disk, exchange")]
    [InlineData("?collect[]=disk&exclude[]=exchange", "cannot be combined", "collect[]")]
    public async Task A_wrong_filter_is_refused_with_what_would_be_right(string query, params string[] sentences)
    {
        var answer = await _client.GetAsync("/metrics" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.All(sentences, sentence => Assert.Contains(sentence, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Debug_answers_only_whom_the_host_allows()
    {
        var refused = await _client.GetAsync("/metrics?debug=true");
        _mayDebug = true;
        var text = await _client.GetStringAsync("/metrics?debug=true");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("disk: OK", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_defect_in_rendering_still_gives_a_valid_answer_that_counts_it()
    {
        // The nearest thing to a defect: rendering with what is disposed throws.
        _exposition.Dispose();

        var answer = await _client.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("tradingbot_exporter_internal_errors_total 1\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData("10", 5)]
    [InlineData("3", 2.5)]
    [InlineData("0.6", 0.3)]
    [InlineData("0", 5)]
    [InlineData("-3", 5)]
    [InlineData("NaN", 5)]
    [InlineData("1e300", 5)]
    [InlineData("Infinity", 5)]
    [InlineData("soon", 5)]
    public void The_deadline_leaves_half_a_second_of_the_scrape_time_out(string? header, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ScrapeRequest.DeadlineOf(header));
}
