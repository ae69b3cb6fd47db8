using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>What is at the place where a bot should be, before any kind is asked.</summary>
public enum PlaceState
{
    /// <summary>A directory with something in it, or an address at which something listens.</summary>
    Occupied,

    /// <summary>No such directory, now: a disk may be mounted later.</summary>
    Missing,

    Empty,

    /// <summary>A directory that may not be listed.</summary>
    Closed,

    /// <summary>A file where a directory should be.</summary>
    File,

    /// <summary>Nothing listens at the address, now.</summary>
    Silent,
}

/// <summary>What came of asking the kinds about one bot.</summary>
/// <param name="Named">The kind that the owner named: then it is that one, whatever is found.</param>
/// <param name="Asked">Each kind that was asked, with what it found.</param>
public sealed record BotFinding(
    BotPlace? Place, PlaceState State, IBotKind? Named, ImmutableArray<(IBotKind Kind, KindFinding Finding)> Asked)
{
    /// <summary>The kind that reads this bot; null when none recognised it, or more than one did.</summary>
    public IBotKind? Kind => Named ?? (Recognised is [var one] ? one.Kind : null);

    /// <summary>True when files lie there, and none of them is any kind's: a wrong directory, most likely.</summary>
    public bool IsSomethingElse => Kind is null && Place is BotPlace.Directory && State == PlaceState.Occupied && Recognised.IsEmpty;

    /// <summary>The whole finding for a person, and what to do; the first sentence says it all.</summary>
    public ImmutableArray<string> Sentences =>
    [
        .. (State, Kind, Recognised.Length) switch
        {
            (PlaceState.Missing, _, _) => [$"The bot's directory {Place} does not exist. Check the path, and whether its disk is mounted and may be entered."],
            (PlaceState.File, _, _) => [$"{Place} is a file; give the bot's directory."],
            (PlaceState.Closed, _, _) => [$"The bot's directory {Place} may not be listed. Let the exporter's user enter and read it."],
            (PlaceState.Empty, null, _) => [$"The bot's directory {Place} is empty. Check the path, and whether its disk is mounted."],
            (PlaceState.Silent, _, _) => [$"Nothing answers at {Place}. Check the address, and whether the bot runs with its API switched on."],
            (_, null, > 1) => Ambiguous(),
            (_, null, _) => Unrecognised(),
            (_, { } kind, _) => Found(kind),
        },
    ];

    /// <summary>By kind, what was looked for.</summary>
    public ImmutableArray<string> LookedFor =>
    [
        .. Asked.Where(asked => !asked.Finding.LookedFor.IsEmpty).Select(asked => $"{asked.Kind.Name}: {string.Join(", ", asked.Finding.LookedFor)}."),
    ];

    private ImmutableArray<(IBotKind Kind, KindFinding Finding)> Recognised => [.. Asked.Where(asked => asked.Finding.Recognised)];

    private IEnumerable<string> Ambiguous() =>
    [
        $"{Place} is recognised as {string.Join(" and as ", Recognised.Select(asked => $"{asked.Kind.Name} (by {string.Join(", ", asked.Finding.Found)})"))}.",
        $"Name the one that shall be watched, as \"Kind\": \"{Recognised[0].Kind.Name}\" in a configuration file; two bots may share one place.",
    ];

    private IEnumerable<string> Unrecognised() =>
    [
        Place is BotPlace.Address
            ? $"Something answers at {Place}, but no kind of bot that the exporter knows."
            : $"{Place} is not recognised as a bot of any kind that the exporter knows.",
        .. LookedFor is { IsEmpty: false } looked ? [$"Looked for {string.Join(" ", looked)}"] : (string[])[],
        Place is BotPlace.Address
            ? "Give the address of the bot's API, or name its kind as Kind in a configuration file."
            : "Give the directory that the bot runs in, its API's address as --bot http://HOST:PORT, or name its kind as Kind in a configuration file.",
    ];

    private IEnumerable<string> Found(IBotKind kind)
    {
        if (Asked.FirstOrDefault(asked => asked.Kind == kind).Finding is not { } finding)
        {
            yield break;
        }

        yield return finding.Recognised
            ? $"{Place} is recognised as a {kind.Name} bot by {string.Join(", ", finding.Found)}."
            : $"{Place} is named a {kind.Name} bot, but none of its marks is there. Looked for {string.Join(", ", finding.LookedFor)}.";
        if (finding is { Recognised: true, Missing.IsEmpty: false })
        {
            yield return $"Missing: {string.Join(", ", finding.Missing)}. The checks that need them say unknown until they are there.";
        }
    }
}
