using System.Globalization;
using System.Text;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>A whole evaluation as text for one person: steps, timings and answers.</summary>
internal static class DebugReport
{
    public static string Write(Snapshot snapshot, TimeSpan took, Func<string, string, CheckTrace?> traceOf)
    {
        var text = new StringBuilder();
        text.Append(Invariant, $"Evaluated at {Moment.Iso(snapshot.At)} in {took.TotalMilliseconds:F2} ms.\n");
        foreach (var bot in snapshot.Bots)
        {
            text.Append(Invariant, $"\nBot {bot.Bot}: {Word(bot.Health)} since {Moment.Iso(bot.Since)}\n");
            foreach (var check in bot.Checks)
            {
                Write(text, check, traceOf(bot.Bot, check.Spec.Name), snapshot.At);
            }
        }

        return text.ToString();
    }

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static void Write(StringBuilder text, CheckState check, CheckTrace? trace, DateTimeOffset at)
    {
        var result = check.Result;
        text.Append(Invariant, $"\n  {check.Spec.Name}: {(result.Enabled ? Word(result.Status) : "disabled")}");
        text.Append(result.Cause is null ? "" : $" ({result.Cause})");
        text.Append(Invariant, $" since {Moment.Iso(check.Since)}, took {check.Duration.TotalMilliseconds:F2} ms\n    {result.Reason}\n");
        switch (trace?.Steps)
        {
            case null:
                text.Append(Invariant, $"    The result of {Phrase.Ago(check.EvaluatedAt, at)} is used again: it is younger than the check's interval.\n");
                break;
            case []:
                break;
            case var steps:
                foreach (var step in steps)
                {
                    text.Append(Invariant, $"    {step}\n");
                }

                break;
        }

        foreach (var detail in result.Details)
        {
            text.Append(Invariant, $"    {detail.Name} = {Value(detail)}\n");
        }

        foreach (var sample in result.Samples)
        {
            var labels = string.Join(',', sample.Family.Labels.Zip(sample.LabelValues, (name, value) => $"{name}={value}"));
            text.Append(Invariant, $"    {sample.Family.Name}{{{labels}}} {sample.Value:R}\n");
        }
    }

    private static string Value(Detail detail) => detail switch
    {
        { Number: { } number } => number.ToString("R", Invariant),
        { Flag: { } flag } => flag ? "true" : "false",
        { Text: { } words } => words,
        _ => detail.List.IsDefault ? "" : string.Join(", ", detail.List),
    };

    private static string Word<T>(T word)
        where T : struct, Enum => word.ToString().ToUpperInvariant();

}
