using System.Text;
using System.Text.RegularExpressions;
using Exporter.Checks;

namespace Exporter.Tests.Docs;

/// <summary>Every metric family as a table: those that checks declare, and those that the running exporter shows beside them.</summary>
internal static partial class MetricsTable
{
    /// <summary>Families that have no series before something happens.</summary>
    private static readonly Dictionary<string, string[]> LabelsOfSilent = new()
    {
        ["tradingbot_healing_last_success_timestamp_seconds"] = ["bot", "action"],
        ["tradingbot_healing_storm"] = ["check"],
    };

    public static string Markdown(string exposition)
    {
        var declared = CheckCatalogue.All.SelectMany(registration => registration.Spec.Families).ToDictionary(family => family.Name, StringComparer.Ordinal);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var family in declared.Values)
        {
            rows[family.Name] = Row(family.Name, family.Kind.ToString().ToLowerInvariant(), family.Labels.Prepend("bot"), family.Help);
        }

        foreach (Match match in Family().Matches(exposition))
        {
            var name = match.Groups["name"].Value;
            if (!declared.ContainsKey(name))
            {
                rows[name] = Row(name, match.Groups["type"].Value, LabelsOf(name, exposition), match.Groups["help"].Value);
            }
        }

        var table = new StringBuilder("| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var row in rows.Values)
        {
            table.Append(row);
        }

        return table.ToString();
    }

    private static string Row(string name, string type, IEnumerable<string> labels, string help) =>
        $"| `{name}` | {type} | {string.Join(", ", labels.Select(label => $"`{label}`"))} | {help.Replace("|", "\\|", StringComparison.Ordinal)} |\n";

    private static IEnumerable<string> LabelsOf(string name, string exposition)
    {
        if (LabelsOfSilent.TryGetValue(name, out var labels))
        {
            return labels;
        }

        var series = Regex.Match(exposition, $"^{name}(?:_bucket|_sum|_count)?{{(?<labels>.*)}} ", RegexOptions.Multiline);
        return Label().Matches(series.Groups["labels"].Value).Select(label => label.Groups["name"].Value).Where(label => label != "le").Distinct();
    }

    [GeneratedRegex("^# HELP (?<name>\\S+) (?<help>.*)\n# TYPE \\S+ (?<type>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Label();
}
