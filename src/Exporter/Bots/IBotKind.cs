using System.Collections.Immutable;

namespace Exporter.Bots;

/// <summary>
/// One kind of bot. Its folder below <c>Bots/Kinds</c> holds its options, detection, readers, configuration rules and repairs; adding a
/// kind touches that folder, one line of the list of kinds, its tests and its page in <c>docs/bots</c>.
/// </summary>
public interface IBotKind
{
    /// <summary>As it stands in the configuration, such as <c>freqtrade</c>.</summary>
    string Name { get; }

    /// <summary>One line for <c>--help</c>: which bots these are.</summary>
    string Summary { get; }

    /// <summary>The paths, file names and endpoints that only this kind knows: no file outside of its folder may name one of them.</summary>
    ImmutableArray<string> OwnNames { get; }

    /// <summary>The failure points that this kind can find, in the causal order in which they are told.</summary>
    ImmutableArray<PointSpec> Points => [];

    /// <summary>Words of its own for a life in which the bot trades nothing until a person mends it.</summary>
    ImmutableArray<string> FatalLives => [];

    /// <summary>All that is wrong with the options, without looking at disk or network; each a sentence that says how to mend it.</summary>
    IEnumerable<string> Validate(BotOptions options);

    /// <summary>
    /// Looks whether a bot of this kind lives there. Asks nothing that needs credentials, writes nothing, and returns within the
    /// cancellation's time.
    /// </summary>
    /// <param name="options">The bot's options without its credentials: where single files lie.</param>
    ValueTask<KindFinding> DetectAsync(BotPlace place, BotOptions options, CancellationToken cancellation);

    /// <summary>The bot, also while its place is missing or silent: then every reading of it says so.</summary>
    IBot Create(BotOptions options, BotServices services);
}

/// <summary>Where a bot may live: a directory, or the base of an HTTP address.</summary>
public abstract record BotPlace
{
    private BotPlace()
    {
    }

    public sealed record Directory(string Path) : BotPlace
    {
        public override string ToString() => Path;
    }

    public sealed record Address(Uri Base) : BotPlace
    {
        public override string ToString() => Base.GetLeftPart(UriPartial.Path);
    }
}

/// <summary>What a kind found at a place.</summary>
/// <param name="Recognised">True when a bot of this kind lives there.</param>
/// <param name="LookedFor">What was looked for, for people: "tradesv3*.sqlite", "GET /api/v1/ping".</param>
/// <param name="Found">By what it was recognised, and what else is there.</param>
/// <param name="Missing">What it should have and what is not there, with what that costs.</param>
public sealed record KindFinding(
    bool Recognised, ImmutableArray<string> LookedFor, ImmutableArray<string> Found, ImmutableArray<string> Missing);

/// <summary>What a kind may make its bots from, beside their options.</summary>
/// <param name="StorageDirectory">Where the exporter keeps its own state of this bot; null where nothing may be written (a command).</param>
public sealed record BotServices(TimeProvider Time, ILoggerFactory Loggers, string? StorageDirectory);
