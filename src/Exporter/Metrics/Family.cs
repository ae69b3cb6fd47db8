using System.Text;
using Exporter.Checks;

namespace Exporter.Metrics;

/// <summary>What is the same in every exposition of a family: its head, and the text between the label values of its samples.</summary>
internal sealed class Family
{
    private const string CounterSuffix = "_total";

    /// <param name="labels">Beside <c>bot</c>, which comes first.</param>
    public Family(MetricKind kind, string name, string help, params IReadOnlyList<string> labels)
    {
        Name = name;
        Start = Encoding.UTF8.GetBytes($"{name}{{bot=\"");
        Next = [.. labels.Select(label => Encoding.UTF8.GetBytes($"\",{label}=\""))];
        var type = kind == MetricKind.Counter ? "counter" : "gauge";
        // HELP is one line.
        var line = help.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal);
        TextHead = HeadOf(name, type, line);
        // In OpenMetrics the suffix belongs to the sample, not to the family.
        OpenMetricsHead = HeadOf(
            kind == MetricKind.Counter && name.EndsWith(CounterSuffix, StringComparison.Ordinal) ? name[..^CounterSuffix.Length] : name, type, line);
    }

    public string Name { get; }

    public byte[] TextHead { get; }

    public byte[] OpenMetricsHead { get; }

    /// <summary>Everything before the name of the bot.</summary>
    public byte[] Start { get; }

    /// <summary>Before the value of each further label.</summary>
    public byte[][] Next { get; }

    private static byte[] HeadOf(string name, string type, string help) => Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
