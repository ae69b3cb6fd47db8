using System.Collections.Immutable;
using Exporter.Venues;

namespace Exporter.Checks;

/// <summary>How a venue's answer appears in a check's result.</summary>
internal static class Asked
{
    public static ProbePurpose For(CheckContext context) =>
        context.Purpose is EvaluationPurpose.Verification ? ProbePurpose.Verification : ProbePurpose.Routine;

    public static void Trace(CheckContext context, ProbeResult probe)
    {
        // Another bot may have asked: the steps are those of the call whose answer is shared, not of this moment.
        foreach (var step in probe.Steps) context.Trace?.Step($"asked at {probe.At:O}: {step}");
    }

    public static ImmutableArray<Detail> Details(ProbeTarget target, ProbeResult probe)
    {
        var details = ImmutableArray.CreateBuilder<Detail>();
        details.Add(Detail.Of("venue", target.Preset.Name));
        details.Add(Detail.Of("url", target.Url.GetLeftPart(UriPartial.Path)));
        details.Add(Detail.Of("asked_at", probe.At));
        if (probe.HttpStatus is { } status) details.Add(Detail.Of("http_status", status));
        if (probe.Duration is { } duration) details.Add(Detail.Of("response_seconds", duration.TotalSeconds));
        if (probe.Skew is { } skew)
        {
            details.Add(Detail.Of("clock_skew_seconds", skew.Value.TotalSeconds));
            details.Add(Detail.Of("clock_skew_uncertainty_seconds", skew.Uncertainty.TotalSeconds));
        }

        if (probe.RetryAfter is { } until) details.Add(Detail.Of("retry_after", until));
        return details.ToImmutable();
    }
}
