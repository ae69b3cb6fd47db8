using System.Globalization;
using Exporter.Checks;

namespace Exporter.Web.StatusPage;

/// <summary>The last hour of one check as a row of bars; height and colour both say how bad, so that colour alone carries nothing.</summary>
public static class Sparkline
{
    /// <summary>Equal minutes side by side make one bar: a quiet hour is one rectangle, not sixty.</summary>
    public static IEnumerable<Bar> Runs(CheckStatus?[] history)
    {
        for (var start = 0; start < history.Length;)
        {
            var end = start + 1;
            while (end < history.Length && history[end] == history[start])
            {
                end++;
            }

            if (history[start] is { } status)
            {
                var height = status switch
                {
                    CheckStatus.Ok => 3,
                    CheckStatus.Warning => 6,
                    CheckStatus.Unknown => 8,
                    _ => 10,
                };
                yield return new Bar(start, 10 - height, end - start, height, status.Word());
            }

            start = end;
        }
    }

    /// <summary>The same for somebody who hears the page.</summary>
    public static string Describe(CheckStatus?[] history)
    {
        var parts = history
            .Where(status => status is not null)
            .GroupBy(status => status!.Value)
            .OrderByDescending(group => group.Count())
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} min {group.Key.Word()}"))
            .ToList();
        return parts.Count == 0 ? "Last hour: not evaluated yet" : $"Last hour: {string.Join(", ", parts)}";
    }

    /// <summary>In units of the 60 by 10 view box.</summary>
    public readonly record struct Bar(int Start, int Top, int Length, int Height, string Class);
}
