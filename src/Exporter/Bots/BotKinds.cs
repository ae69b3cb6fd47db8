using System.Collections.Immutable;
using System.Net.Sockets;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Bots;

/// <summary>Every kind of bot that there is, in the order in which they are asked. Adding a kind adds one line here.</summary>
public static class BotKinds
{
    /// <summary>Nobody waits longer to learn whether somebody answers at an address.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(3);

    public static ImmutableArray<IBotKind> All { get; } =
    [
        new FeatureStoreKind(),
        new FreqtradeKind(),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(kind => kind.Name));

    /// <summary>Every failure point of every kind.</summary>
    public static ImmutableArray<PointSpec> Points { get; } = [.. All.SelectMany(kind => kind.Points)];

    /// <summary>The lives, beside those that every kind may have, in which a bot trades nothing until a person mends it.</summary>
    public static ImmutableArray<string> FatalLives { get; } = [.. All.SelectMany(kind => kind.FatalLives)];

    /// <summary>The causes that failure points bring to a check beside its own.</summary>
    public static IEnumerable<string> CausesOf(string check) =>
        Points.Where(point => point.Check == check).SelectMany(point => point.Causes.Add(point.Name)).Distinct();

    public static IBotKind? Find(string? name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>All that is wrong with the options, without looking at disk or network.</summary>
    public static IEnumerable<string> Validate(BotOptions options)
    {
        if (options.Zone is { Length: > 0 } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return $"Zone '{zone}' does not exist; it should be a time zone such as UTC or Europe/Berlin.";
        }

        if (options is { Root: "", Url: null, Kind: "" })
        {
            yield return "A bot needs a Root, the directory that it runs in, or a Url, where its API answers.";
        }

        if (options.Kind.Length == 0)
        {
            yield break;
        }

        if (Find(options.Kind) is not { } kind)
        {
            yield return $"The kind '{options.Kind}' does not exist. Known kinds: {Names}; leave Kind out to have it detected.";
            yield break;
        }

        foreach (var sentence in kind.Validate(options))
        {
            yield return sentence;
        }
    }

    /// <summary>Looks at several bots at once; the findings by the bots' names.</summary>
    public static async Task<ImmutableDictionary<string, BotFinding>> LookAllAsync(IEnumerable<BotOptions> bots, CancellationToken cancellation)
    {
        var findings = await Task.WhenAll(bots.Select(async bot => (Name: bot.Name!, Finding: await LookAsync(bot, cancellation).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return findings.ToImmutableDictionary(found => found.Name, found => found.Finding);
    }

    /// <summary>Asks the kind that the owner named, else every kind. Credentials are shown to none of them.</summary>
    public static Task<BotFinding> LookAsync(BotOptions options, CancellationToken cancellation) => LookAsync(options, All, cancellation);

    internal static async Task<BotFinding> LookAsync(BotOptions options, ImmutableArray<IBotKind> kinds, CancellationToken cancellation)
    {
        var named = kinds.FirstOrDefault(kind => kind.Name == options.Kind);
        var place = options.Place();
        if (named is not null && place is not BotPlace.Directory)
        {
            // It is asked by its own plan, with its credentials, from now on.
            return new BotFinding(place, PlaceState.Occupied, named, []);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestLook);
        var state = PlaceState.Silent;
        try
        {
            state = await Task.Run(() => StateOfAsync(place, limit.Token), CancellationToken.None).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A mount that hangs says as little as an address that does not answer.
        }

        var asked = ImmutableArray.CreateBuilder<(IBotKind Kind, KindFinding Finding)>();
        // A kind that its owner named is asked for what it finds and misses; nobody is asked about what is certainly not there.
        if (place is not null && (state == PlaceState.Occupied || named is not null))
        {
            foreach (var kind in named is null ? kinds : [named])
            {
                asked.Add((kind, await FindAsync(kind, place, options.WithoutCredentials(), limit.Token).ConfigureAwait(false)));
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return new BotFinding(place, state, named, asked.DrainToImmutable());
    }

    /// <summary>The bot of the kind that was named or recognised; else one whose every reading says what was looked for.</summary>
    public static IBot Create(BotOptions options, BotFinding finding, BotServices services) =>
        finding.Kind is { } kind ? kind.Create(options, services) : new UnrecognisedBot(options, finding);

    private static async Task<KindFinding> FindAsync(IBotKind kind, BotPlace place, BotOptions options, CancellationToken cancellation)
    {
        try
        {
            // A file system that hangs cannot be cancelled, only left behind.
            return await Task.Run(() => kind.DetectAsync(place, options, cancellation).AsTask(), CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new KindFinding(false, [], [], ["It did not answer in time."]);
        }
    }

    private static async Task<PlaceState> StateOfAsync(BotPlace? place, CancellationToken cancellation)
    {
        switch (place)
        {
            case BotPlace.Directory { Path: var path }:
                try
                {
                    return !System.IO.Directory.Exists(path) ? File.Exists(path) ? PlaceState.File : PlaceState.Missing
                        : System.IO.Directory.EnumerateFileSystemEntries(path).Any() ? PlaceState.Occupied
                        : PlaceState.Empty;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return PlaceState.Closed;
                }

            case BotPlace.Address { Base: var address }:
                try
                {
                    using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(address.IdnHost, address.Port, cancellation).ConfigureAwait(false);
                    return PlaceState.Occupied;
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    return PlaceState.Silent;
                }

            default:
                return PlaceState.Occupied;
        }
    }
}
