using Microsoft.Net.Http.Headers;
using Prometheus;

namespace Exporter.Metrics;

/// <summary>Which form of the exposition a client gets.</summary>
internal readonly record struct Negotiation(ExpositionFormat Format, bool Gzip)
{
    private const string OpenMetrics = "application/openmetrics-text";

    public string ContentType => ContentTypeOf(Format);

    /// <summary>
    /// By q-value; among equals the first named. Whoever accepts neither format gets the text format all the same: every client that
    /// scrapes can read it, and 406 would only make a gap.
    /// </summary>
    public static Negotiation Of(IHeaderDictionary headers) => new(FormatOf(headers.Accept), AcceptsGzip(headers.AcceptEncoding));

    public static string ContentTypeOf(ExpositionFormat format) => format == ExpositionFormat.OpenMetricsText
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    private static ExpositionFormat FormatOf(IList<string> accept)
    {
        var (format, best) = (ExpositionFormat.PrometheusText, 0.0);
        if (MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            foreach (var range in ranges)
            {
                var quality = range.Quality ?? 1;
                if (quality > best && Matches(range) is { } matched)
                {
                    (format, best) = (matched, quality);
                }
            }
        }

        return format;
    }

    private static ExpositionFormat? Matches(MediaTypeHeaderValue range)
    {
        var version = range.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value.Value?.Trim('"');
        if (range.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase))
        {
            return version is null or "1.0.0" ? ExpositionFormat.OpenMetricsText : null;
        }

        var text = range.MatchesAllTypes
            || (range.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
                && (range.MatchesAllSubTypes || range.SubType.Equals("plain", StringComparison.OrdinalIgnoreCase)));
        return text && version is null or "0.0.4" ? ExpositionFormat.PrometheusText : null;
    }

    private static bool AcceptsGzip(IList<string> accept)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accept, out var codings))
        {
            return false;
        }

        return codings.FirstOrDefault(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) is { } gzip && (gzip.Quality ?? 1) > 0;
    }
}
