using System.Text;
using Exporter.Bots;

namespace Exporter.Tests.Docs;

/// <summary>Each kind's page in <c>docs/bots</c> holds what the code knows of it.</summary>
public sealed class BotPagesTests
{
    public static TheoryData<string> WithPoints { get; } = [.. BotKinds.All.Where(kind => !kind.Points.IsEmpty).Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(WithPoints))]
    public void It_lists_every_failure_point(string kind)
    {
        var table = new StringBuilder("| point | worsens | when it is said |\n| --- | --- | --- |\n");
        foreach (var point in BotKinds.Find(kind)!.Points)
        {
            table.Append($"| `{point.Name}` | `{point.Check ?? "failure_points"}` | {point.Meaning} |\n");
        }

        Golden.PartEqual(table.ToString(), "points", "docs", "bots", $"{kind}.md");
    }
}
