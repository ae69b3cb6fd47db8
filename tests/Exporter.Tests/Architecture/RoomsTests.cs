using System.Collections.Frozen;

namespace Exporter.Tests.Architecture;

public sealed class RoomsTests
{
    /// <summary>
<<<<<<< HEAD
    /// Which rooms a room may use, as the house is drawn; what these stand on may be named too. <c>Storage</c>, the one place for files of
    /// the exporter's own, and <c>Words</c>, what is said to people, are open to all.
=======
    /// Which rooms a room may use, as the house is drawn; what these stand on may be named too. What is said to people, the operating
    /// system, and the one place for files of the exporter's own are open to all.
>>>>>>> main
    /// </summary>
    private static readonly FrozenDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Words"] = [],
<<<<<<< HEAD
=======
        ["Platform"] = [],
>>>>>>> main
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
    public void The_test_sees_references() =>
        Assert.Contains(References.OfAssembly, reference => reference is { From: "Evaluation", To: "Checks" });

<<<<<<< HEAD
    private static IEnumerable<string> Below(string room) => MayUse[room].SelectMany(used => Below(used).Append(used)).Append("Storage").Append("Words").Distinct();
=======
    private static IEnumerable<string> Below(string room) => MayUse[room].SelectMany(used => Below(used).Append(used)).Concat(OpenToAll).Distinct();
>>>>>>> main
}
