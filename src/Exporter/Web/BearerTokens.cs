using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Exporter.Storage;
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

    private readonly ImmutableArray<string> _files;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private volatile Loaded _loaded;

    private BearerTokens(ImmutableArray<string> files, Loaded loaded, ILogger log)
    {
        _files = files;
        _loaded = loaded;
        _log = log;
    }

    /// <summary>No token is configured: who may ask is decided by where the request comes from.</summary>
    public static BearerTokens None { get; } = new([], new Loaded([], []), NullLogger.Instance);

    public bool Configured => !_files.IsEmpty;

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
    public bool Matches(string token)
    {
        Span<byte> shown = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), shown);
        var accepted = false;
        foreach (var known in Current().Hashes)
        {
            accepted |= CryptographicOperations.FixedTimeEquals(shown, known);
        }

        return accepted;
    }

    private Loaded Current()
    {
        var loaded = _loaded;
        if (Stamps(_files).SequenceEqual(loaded.Stamps))
        {
            return loaded;
        }

        lock (_gate)
        {
            var stamps = Stamps(_files);
            if (stamps.SequenceEqual(_loaded.Stamps))
            {
                return _loaded;
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

            return _loaded;
        }
    }

    private static (Loaded Loaded, ImmutableArray<(string File, string Sentence)> Problems) ReadAll(ImmutableArray<string> files)
    {
        var stamps = Stamps(files);
        var hashes = ImmutableArray.CreateBuilder<byte[]>();
        var problems = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var file in files)
        {
            try
            {
                var tokens = File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToArray();
                var sentence = GuardedFile.Complaint(file)
                    ?? (tokens.Length == 0 ? "holds no token; write one into it, such as the output of: openssl rand -hex 32" : null)
                    ?? (tokens.Any(token => token.Length < MinimumLength)
                        ? $"holds a token of fewer than {MinimumLength} characters; make a longer one with: openssl rand -hex 32"
                        : null);
                if (sentence is not null)
                {
                    problems.Add((file, sentence));
                }

                hashes.AddRange(tokens.Select(token => SHA256.HashData(Encoding.UTF8.GetBytes(token))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add((file, $"cannot be read: {e.Message}"));
            }
        }

        return (new Loaded(hashes.ToImmutable(), stamps), problems.ToImmutable());
    }

    private static ImmutableArray<Stamp> Stamps(ImmutableArray<string> files) =>
        [.. files.Select(file => new FileInfo(file) is { Exists: true } info ? new Stamp(info.Length, info.LastWriteTimeUtc.Ticks) : default)];

    private readonly record struct Stamp(long SizeBytes, long ModifiedTicks);

    private sealed record Loaded(ImmutableArray<byte[]> Hashes, ImmutableArray<Stamp> Stamps);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "TokensReread", Message = "The token files have changed: {Count} tokens are valid now.")]
        public static partial void Reread(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, EventName = "TokenFileUnusable", Message = "The token file {File} {Sentence}. The tokens read before stay valid.")]
        public static partial void Unusable(ILogger logger, string file, string sentence);
    }
}
