using Exporter.Tests.Loop;

namespace Exporter.Tests;

/// <summary>
/// Files of the repository that code must agree with. <c>UPDATE_GOLDEN=1</c> writes them anew; the change is a decision that review sees.
/// </summary>
internal static class Golden
{
    private static bool Updating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    public static void Equal(string actual, params ReadOnlySpan<string> path)
    {
        var file = Repository.File(path);
        if (Updating)
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }

    /// <summary>Holds the part of a page between <c>&lt;!-- NAME:begin --&gt;</c> and <c>&lt;!-- NAME:end --&gt;</c> to the text.</summary>
    public static void PartEqual(string actual, string name, params ReadOnlySpan<string> path)
    {
        var file = Repository.File(path);
        var page = File.ReadAllText(file);
        var begin = $"<!-- {name}:begin -->\n";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var end = page.IndexOf($"<!-- {name}:end -->", StringComparison.Ordinal);
        Assert.True(start >= begin.Length && end >= start, $"{file} has no part {name}.");
        if (Updating)
        {
            page = string.Concat(page.AsSpan(0, start), actual, page.AsSpan(end));
            File.WriteAllText(file, page);
            end = start + actual.Length;
        }

        Assert.Equal(page[start..end], actual);
    }
}
