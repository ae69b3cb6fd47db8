using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Exporter.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Web;

/// <summary>
/// The bearer tokens that callers may show, read from files and read again when a file changes, so that a token can be rotated
/// without a restart. Only their hashes are kept.
/// </summary>
public sealed partial class BearerTokens
{
    /// <summary>Shorter ones could be guessed over the network.</summary>
    public const int MinimumLength = 16;

    private static readonly TimeSpan _longestLook = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<string> _files;
    private readonly ILogger _log;
    private volatile Loaded _loaded;
    private int _looking;

    private BearerTokens(ImmutableArray<string> files, Loaded loaded, ILogger log)
    {
        _files = files;
        _loaded = loaded;
        _log = log;
    }

    /// <summary>No token is configured: who may ask is decided by where the request comes from.</summary>
    public static BearerTokens None { get; } = new([], new Loaded([], []), NullLogger.Instance);

    public bool Configured => !_files.IsEmpty;

    /// <summary>True when the only token is the one that the exporter made for itself, since its owner configured none.</summary>
    public bool IsMade { get; private init; }

    /// <summary>The file of the token that was made; null when the owner configured his own.</summary>
    public string? MadeFile => IsMade ? _files[0] : null;

    /// <summary>The token in a file of the exporter's own, made when it is not there: 64 hexadecimal digits, for its user and root alone.</summary>
    /// <exception cref="IOException">It cannot be made or used.</exception>
    public static BearerTokens Make(string file, ILogger log)
    {
        if (TrustedFile.Read(file).IsMissing)
        {
            using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = System.IO.FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        ImmutableArray<string> files = [Path.GetFullPath(file)];
        var (loaded, problems) = ReadAll(files);
        return problems is [var (path, sentence), ..] ? throw new IOException($"{path} {sentence}.") : new BearerTokens(files, loaded, log) { IsMade = true };
    }

    /// <summary>The tokens of all files, or a sentence for each file that cannot be used.</summary>
    public static (BearerTokens? Tokens, ImmutableArray<(string File, string Sentence)> Problems) Load(IEnumerable<string> files, ILogger log)
    {
        ImmutableArray<string> paths = [.. files.Select(Path.GetFullPath)];
        if (paths.IsEmpty)
        {
            return (None, []);
        }

        var (loaded, problems) = ReadAll(paths);
        return problems.IsEmpty ? (new BearerTokens(paths, loaded, log), []) : (null, problems);
    }

    /// <summary>Whether an Authorization header shows one of the tokens. Takes the same time for every wrong one.</summary>
    public bool Accept(string? authorization)
    {
        const string scheme = "Bearer ";
        if (!Configured || authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return Matches(authorization[scheme.Length..].Trim());
    }

    /// <summary>Whether a text is one of the tokens. Takes the same time for every wrong one.</summary>
    public bool Matches(string token) => Holds(HashOf(token));

    /// <summary>Whether the token of this hash is still one of them.</summary>
    public bool Holds(ReadOnlySpan<byte> hash)
    {
        var accepted = false;
        foreach (var known in Current().Hashes)
        {
            accepted |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return accepted;
    }

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>
    /// What holds now. One request at a time looks at the files, outside of any lock, and waits for a second at most: should their disk hang,
    /// everybody goes by what was read before.
    /// </summary>
    private Loaded Current()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 0)
            Task.Run(LookOnce).Wait(_longestLook);
        return _loaded;
    }

    private void LookOnce()
    {
        try
        {
            Look();
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Look()
    {
        var stamps = Stamps(_files);
        if (stamps.SequenceEqual(_loaded.Stamps))
        {
            return;
        }

        var (fresh, problems) = ReadAll(_files);
        foreach (var (file, sentence) in problems)
        {
            Log.Unusable(_log, file, sentence);
        }

        // A half-written file must not lock everybody out: the old tokens hold until the new ones can be read.
        _loaded = problems.IsEmpty ? fresh : _loaded with { Stamps = stamps };
        if (problems.IsEmpty)
        {
            Log.Reread(_log, fresh.Hashes.Length);
        }
    }

    private static (Loaded Loaded, ImmutableArray<(string File, string Sentence)> Problems) ReadAll(ImmutableArray<string> files)
    {
        var stamps = Stamps(files);
        var hashes = ImmutableArray.CreateBuilder<byte[]>();
        var problems = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var file in files)
        {
            var content = TrustedFile.Read(file);
            string[] tokens = content.Bytes is { } bytes
                ? [.. Encoding.UTF8.GetString(bytes).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]
                : [];
            var sentence = content.Problem
                ?? (tokens.Length == 0 ? "holds no token; write one into it, such as the output of: openssl rand -hex 32" : null)
                ?? (tokens.Any(token => token.Length < MinimumLength)
                    ? $"holds a token of fewer than {MinimumLength} characters; make a longer one with: openssl rand -hex 32"
                    : null)
                ?? (tokens.Any(IsTrivial) ? "holds a token that anybody would try; make one with: openssl rand -hex 32" : null);
            if (sentence is not null)
            {
                problems.Add((file, sentence));
            }

            hashes.AddRange(tokens.Select(HashOf));
        }

        return (new Loaded(hashes.ToImmutable(), stamps), problems.ToImmutable());
    }

    /// <summary>Few different characters, one word again and again, or a row of the keyboard or the alphabet.</summary>
    internal static bool IsTrivial(string token)
    {
        var repeats = Enumerable.Range(1, token.Length / 2).Any(period => Enumerable.Range(period, token.Length - period).All(i => token[i] == token[i - period]));
        var steps = Enumerable.Range(1, token.Length - 1).Count(i => token[i] - token[i - 1] is 1 or -1 || (token[i - 1], token[i]) is ('9', '0') or ('0', '9'));
        return token.Distinct().Count() < 6 || repeats || steps > token.Length * 3 / 4;
    }

    private static ImmutableArray<FileStamp?> Stamps(ImmutableArray<string> files) => [.. files.Select(TrustedFile.StampOf)];

    private sealed record Loaded(ImmutableArray<byte[]> Hashes, ImmutableArray<FileStamp?> Stamps);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "TokensReread", Message = "The token files have changed: {Count} tokens are valid now.")]
        public static partial void Reread(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, EventName = "TokenFileUnusable", Message = "The token file {File} {Sentence}. The tokens read before stay valid.")]
        public static partial void Unusable(ILogger logger, string file, string sentence);
    }
}
