using System.Text.RegularExpressions;
using Exporter.Checks;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Checks;

/// <summary>Evaluates a check as the evaluation does, and holds every result to what all results promise.</summary>
internal static partial class Evaluate
{
    public static Task<CheckResult> Once(ICheck check, DateTimeOffset? now = null) => With(check, new FakeTimeProvider(now ?? Bot.Now));

    public static async Task<CheckResult> With(ICheck check, TimeProvider time)
    {
        var result = await check.EvaluateAsync(new CheckContext(time), CancellationToken.None);
        KeepsItsPromises(check.Spec, result);
        return result;
    }

    public static void KeepsItsPromises(CheckSpec spec, CheckResult result)
    {
        Assert.False(string.IsNullOrWhiteSpace(result.Reason));
        Assert.DoesNotContain(result.Reason, char.IsControl);
        Assert.InRange(result.Reason.Length, 1, 2_000);
        if (result.Status == CheckStatus.Ok) Assert.Null(result.Cause);
        else Assert.Contains(result.Cause, spec.Causes);

        foreach (var sample in result.Samples)
        {
            Assert.Contains(sample.Family, spec.Families);
            Assert.Equal(sample.Family.Labels.Length, sample.LabelValues.Length);
            Assert.All(sample.LabelValues, value => Assert.InRange(value.Length, 0, LabelText.MaxLength));
            Assert.All(sample.LabelValues, value => Assert.DoesNotContain(value, char.IsControl));
        }

        Assert.All(result.Details, detail => Assert.Matches(SnakeCase(), detail.Name));
        Assert.Equal(result.Details.Length, result.Details.DistinctBy(detail => detail.Name).Count());
    }

    /// <summary>The value of the one series with these labels; null when there is none.</summary>
    public static double? Value(this CheckResult result, string family, params string[] labels)
    {
        var found = result.Samples.Where(sample => sample.Family.Name == family && sample.LabelValues.SequenceEqual(labels)).ToList();
        return found.Count == 0 ? null : Assert.Single(found).Value;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    public static partial Regex SnakeCase();
}
