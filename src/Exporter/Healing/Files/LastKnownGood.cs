using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exporter.Bots;
using Exporter.Storage;

namespace Exporter.Healing.Files;

/// <summary>
/// Copies of configurations as they last were valid, and of what was replaced, in the storage directory (0700, files 0600): the newest
/// ten, and one a day for fourteen days.
/// </summary>
internal sealed class LastKnownGood(StorageDirectory storage, TimeProvider time)
{
    private const string GoodSuffix = ".good";
    private const string ReplacedSuffix = ".replaced";
    private const string Stamp = "yyyyMMdd'T'HHmmssfffffff'Z'";
    private const string LastName = "last-valid.sha256";
    private const int Newest = 10;
    private static readonly TimeSpan _daily = TimeSpan.FromDays(14);

    /// <summary>Keeps a valid configuration, unless the newest copy is the same.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Keep(string bot, string file, ReadOnlySpan<byte> content)
    {
        var directory = DirectoryOf(bot, file);
        Make(directory);
        try
        {
            // First the copy, then what is the last: a process that dies between the two leaves a copy that is newer than the note.
            if (Copies(directory, GoodSuffix).FirstOrDefault() is not { } newest || !File.ReadAllBytes(newest).AsSpan().SequenceEqual(content))
            {
                Save(directory, GoodSuffix, content);
            }
        }
        finally
        {
            // Also where it could not be kept: then no older one passes for it.
            if (HashOf(content) is var hash && HashOfLast(directory) != hash)
            {
                AtomicFile.Write(Path.Combine(directory, LastName), Encoding.ASCII.GetBytes(hash));
            }
        }
    }

    /// <summary>Keeps what a healing is about to replace. Returns the copy's path.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public string KeepReplaced(string bot, string file, ReadOnlySpan<byte> content) => Save(DirectoryOf(bot, file), ReplacedSuffix, content);

    /// <summary>The newest copy that is still valid by the bot's own rule; null when there is none.</summary>
    public GoodCopy? Find(string bot, ConfigLocation config)
    {
        var directory = DirectoryOf(bot, config.Name);
        var last = HashOfLast(directory);
        GoodCopy? newest = null;
        foreach (var path in Copies(directory, GoodSuffix))
        {
            var content = File.ReadAllBytes(path);
            if (newest is null && config.Rule.Judge(content) is ConfigVerdict.Valid valid)
            {
                newest = new GoodCopy(path, content, valid.Live, IsLast: last is null);
            }

            // The note is of this copy, or of an older one: then nothing newer than this was ever seen valid.
            if (newest is not null && HashOf(content) == last)
            {
                return newest with { IsLast = true };
            }
        }

        return newest;
    }

    private static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    private static string? HashOfLast(string directory) =>
        Path.Combine(directory, LastName) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    private static void Make(string directory)
    {
        StorageDirectory.MakeInside(Path.GetDirectoryName(directory)!);
        StorageDirectory.MakeInside(directory);
    }

    private string Save(string directory, string suffix, ReadOnlySpan<byte> content)
    {
        Make(directory);
        // The order of the names is the order of keeping, also after the clock was set back.
        var at = time.GetUtcNow().UtcDateTime;
        if (Copies(directory, suffix).FirstOrDefault() is { } newest && TimeOf(newest).UtcDateTime >= at)
            at = TimeOf(newest).UtcDateTime.AddTicks(1);
        var path = Path.Combine(directory, at.ToString(Stamp, CultureInfo.InvariantCulture) + suffix);
        AtomicFile.Write(path, content);
        Prune(directory, suffix);
        return path;
    }

    private void Prune(string directory, string suffix)
    {
        var oldest = time.GetUtcNow() - _daily;
        var days = new HashSet<DateOnly>();
        foreach (var (copy, index) in Copies(directory, suffix).Select((copy, index) => (copy, index)))
        {
            var at = TimeOf(copy);
            var firstOfItsDay = days.Add(DateOnly.FromDateTime(at.UtcDateTime));
            if (index >= Newest && !(firstOfItsDay && at >= oldest))
                File.Delete(copy);
        }
    }

    // The stamp sorts by time; a name that is none of ours is left alone.
    private static ImmutableArray<string> Copies(string directory, string suffix) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, $"*{suffix}")
            .Where(copy => TimeOf(copy) != default)
            .OrderDescending(StringComparer.Ordinal)]
        : [];

    private static DateTimeOffset TimeOf(string copy) => DateTimeOffset.TryParseExact(
        Path.GetFileNameWithoutExtension(copy),
        Stamp,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var at)
        ? at
        : default;

    private string DirectoryOf(string bot, string file) => Path.Combine(storage.Backups, SafeName.Of(bot), SafeName.Of(file));
}

/// <summary>A configuration as it once was valid.</summary>
/// <param name="IsLast">It is the last content that was ever seen valid.</param>
internal sealed record GoodCopy(string Path, ReadOnlyMemory<byte> Content, LiveMoney Live, bool IsLast);
