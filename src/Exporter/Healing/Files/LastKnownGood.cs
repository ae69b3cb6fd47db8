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
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int Newest = 10;
    private static readonly TimeSpan _daily = TimeSpan.FromDays(14);

    /// <summary>Keeps a valid configuration, unless the newest copy is the same.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Keep(string bot, string file, ReadOnlySpan<byte> content)
    {
        var directory = DirectoryOf(bot, file);
        // First what is the last, then the copy: one that cannot be kept leaves no older one that passes for it.
        Directory.CreateDirectory(directory, OwnerOnly);
        var hash = Convert.ToHexString(SHA256.HashData(content));
        if (HashOfLast(directory) != hash)
            AtomicFile.Write(Path.Combine(directory, LastName), Encoding.ASCII.GetBytes(hash));
        if (Copies(directory, GoodSuffix).FirstOrDefault() is { } newest && File.ReadAllBytes(newest).AsSpan().SequenceEqual(content))
            return;
        Save(directory, GoodSuffix, content);
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
        foreach (var path in Copies(directory, GoodSuffix))
        {
            var content = File.ReadAllBytes(path);
            if (config.Rule.Judge(content) is ConfigVerdict.Valid valid)
                return new GoodCopy(path, content, valid.Live, Convert.ToHexString(SHA256.HashData(content)) == last);
        }

        return null;
    }

    private static string? HashOfLast(string directory) =>
        Path.Combine(directory, LastName) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    private string Save(string directory, string suffix, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(directory, OwnerOnly);
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
