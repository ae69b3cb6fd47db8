using Exporter.Commands;
using System.Text;

using Exporter.Checks;

namespace Exporter.Terminal;

/// <summary>The catalogue of checks, for a terminal and for a page.</summary>
internal static class FailurePointTables
{
    public static string Text()
    {
        var text = new StringBuilder();
        foreach (var spec in CheckCatalogue.All.Select(registration => registration.Spec))
        {
            text.AppendLine(spec.Name)
                .Append("  ").Append(spec.Title).Append(", ").AppendLine(Lower(spec.Category))
                .Append("  when it fails: ").AppendLine(Severity(spec))
                .Append("  watches: ").AppendLine(spec.Watches)
                .Append("  impact:  ").AppendLine(spec.Impact)
                .Append("  remedy:  ").AppendLine(spec.Remedy)
                .AppendLine();
        }

        return text.ToString();
    }

    public static string Markdown()
    {
        var page = new StringBuilder();
        page.AppendLine("| check | category | watches | when it fails | impact | remedy | PromQL |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var spec in CheckCatalogue.All.Select(registration => registration.Spec))
        {
            page.AppendLine(
                $"| `{spec.Name}` | {Lower(spec.Category)} | {Cell(spec.Watches)} | {Severity(spec)} | {Cell(spec.Impact)} | {Cell(spec.Remedy)} | `{Cell(spec.Query)}` |");
        }

        return page.ToString();
    }

    private static string Severity(CheckSpec spec) => spec.Severity is { } severity ? severity.Word() : "informs only";

    private static string Lower(Category category) => category.ToString().ToLowerInvariant();

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
