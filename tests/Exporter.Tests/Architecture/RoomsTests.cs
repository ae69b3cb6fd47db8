using System.Collections.Frozen;
using Exporter.Tests.Loop;

namespace Exporter.Tests.Architecture;

public sealed class RoomsTests
{
    /// <summary>
    /// Which rooms a room may use, as the house is drawn; what these stand on may be named too. What is said to people, the operating
    /// system, and the one place for files of the exporter's own are open to all.
    /// </summary>
    private static readonly FrozenDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Words"] = [],
        ["Platform"] = [],
        ["Storage"] = [],
        ["Bots"] = ["Storage"],
        ["Venues"] = ["Storage"],
        ["Checks"] = ["Bots", "Venues"],
        ["Evaluation"] = ["Checks"],
        ["Metrics"] = ["Evaluation"],
        ["Journal"] = ["Evaluation"],
        ["Healing"] = ["Evaluation"],
        ["Alertmanager"] = ["Healing"],
        ["Web"] = ["Evaluation", "Healing"],
        ["Configuration"] = ["Web", "Alertmanager", "Metrics", "Journal"],
        ["Logging"] = ["Configuration"],
        ["Server"] = ["Configuration", "Logging", "Terminal"],
        ["Terminal"] = ["Configuration"],
        ["Commands"] = ["Server", "Terminal"],
    }.ToFrozenDictionary();

    private static readonly string[] OpenToAll = ["Words", "Platform", "Storage"];

    public static TheoryData<string> Rooms => [.. MayUse.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_that_the_house_gives_it(string room)
    {
        var allowed = Below(room).Append(room).ToHashSet();

        var others = References.OfAssembly
            .Where(reference => reference.From == room && !allowed.Contains(reference.To))
            .Select(reference => $"{reference.Member} uses {reference.Used}")
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Empty(others);
    }

    [Fact]
    public void Every_room_is_in_the_plan() =>
        Assert.Empty(References.OfAssembly.Select(reference => reference.From).Distinct().Except(MayUse.Keys));

    [Fact]
    public void The_page_on_architecture_draws_the_house_as_it_is_asserted()
    {
        var drawn = File.ReadLines(Repository.File("docs", "architecture.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 5 && cells[1].EndsWith("/`", StringComparison.Ordinal))
            .ToDictionary(cells => cells[1].Trim('`', '/'), cells => Named(cells[3]));

        Assert.Equal(MayUse.Keys.Order(), drawn.Keys.Order());
        Assert.All(MayUse, room => Assert.Equal(room.Value, drawn[room.Key]));
    }

    /// <summary>A walk through classes that are gone leads nobody anywhere.</summary>
    [Fact]
    public void The_walks_pass_classes_that_exist()
    {
        var page = Repository.Read("docs", "architecture.md");
        var walks = page[page.IndexOf("## Two walks", StringComparison.Ordinal)..page.IndexOf("## Glossary", StringComparison.Ordinal)];
        var classes = Directory.EnumerateFiles(Repository.File("src", "Exporter"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        var stations = walks.Split('`').Where((_, number) => number % 2 == 1).Where(name => char.IsAsciiLetterUpper(name[0])).ToList();

        Assert.True(stations.Count > 15);
        Assert.Empty(stations.Except(classes!));
        Assert.InRange(walks.Split('\n').Count(line => line.Length > 0 && char.IsAsciiDigit(line[0])), 2, 24);
    }

    private static string[] Named(string cell) => [.. cell.Split('`').Where((_, number) => number % 2 == 1)];

    [Fact]
    public void The_test_sees_references() =>
        Assert.Contains(References.OfAssembly, reference => reference is { From: "Evaluation", To: "Checks" });

    private static IEnumerable<string> Below(string room) => MayUse[room].SelectMany(used => Below(used).Append(used)).Concat(OpenToAll).Distinct();
}
