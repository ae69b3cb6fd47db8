using Exporter.Metrics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Exporter.Tests.Metrics;

public sealed class NegotiationTests
{
    // What Prometheus 2.42 and 3.1 send.
    private const string Prometheus2 = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    private const string Prometheus3 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(Prometheus2, true)]
    [InlineData(Prometheus3, true)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;q=0.4,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("text/plain;version=1.0.0;q=0.9,application/openmetrics-text;q=0.1", true)]
    [InlineData("image/png", false)]
    [InlineData(";;q=;,", false)]
    public void The_best_format_that_the_client_accepts_is_sent(string? accept, bool openMetrics)
    {
        var form = Of(("Accept", accept));

        Assert.Equal(openMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, form.Format);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    [InlineData("br", false)]
    public void Only_who_asks_for_gzip_gets_it(string? accept, bool gzip) => Assert.Equal(gzip, Of(("Accept-Encoding", accept)).Gzip);

    private static Negotiation Of(params (string Name, string? Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = value;
        }

        return Negotiation.Of(request.Headers);
    }
}
