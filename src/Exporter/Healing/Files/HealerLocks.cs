using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>
/// A lock in the directory of each bot whose files healing may write, so that two exporters never heal the same one. Held for the life of
/// the process, over reloads, once per directory: the kernel drops it with the process. Made only while healing is on.
/// </summary>
/// <param name="holder">What a second exporter is told: host, process and address of this one.</param>
internal sealed class HealerLocks(string holder) : IDisposable
{
    public const string FileName = ".tradingbot_exporter.lock";

    private const int MaxHolderLength = 256;
    private const uint OthersMay = 0x3F; // 0077

    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, string> _roots = ImmutableDictionary<string, string>.Empty;

    /// <summary>What a person should know, as last found: bots that are healed elsewhere, and those where two healers would not see each other.</summary>
    public IEnumerable<string> Notes =>
        from bot in _roots.OrderBy(bot => bot.Key, StringComparer.Ordinal)
        let place = _places.GetValueOrDefault(bot.Value)
        let note = place?.Elsewhere ?? place?.Unseen
        where note is not null
        select note;

    /// <summary>Takes what is not held yet, in the background, and gives back what no bot has any more.</summary>
    public Task KeepAsync(IEnumerable<(string Name, string Root)> bots)
    {
        _roots = bots.ToImmutableDictionary(bot => bot.Name, bot => bot.Root, StringComparer.Ordinal);
        foreach (var gone in _places.Keys.Except(_roots.Values).ToArray())
        {
            if (_places.TryRemove(gone, out var place))
                place.File?.Dispose();
        }

        // A directory may hang; it then keeps waiting who would heal its bot, and nobody else.
        return Task.WhenAll(_roots.Keys.Select(bot => Task.Run(() => HeldElsewhere(bot))));
    }

    /// <summary>A sentence that says who heals the bot instead; null when this exporter may. Tries again each time: the other may have ended.</summary>
    public string? HeldElsewhere(string bot)
    {
        if (!_roots.TryGetValue(bot, out var root))
            return null;
        var place = _places.GetOrAdd(root, static _ => new Place());
        lock (place)
        {
            if (place.File is not null)
                return null;
            var (file, other, problem) = Take(root);
            place.File = file;
            place.Elsewhere = other is null
                ? null
                : $"Another exporter ({other}) heals the bot in {root}, so this one does not. Stop one of the two, or start this one without --heal.";
            place.Unseen = problem is null
                ? null
                : $"No lock can be made in {root}: {problem}. Two exporters that heal the bot there would not see each other, so let only one run with --heal.";
            return place.Elsewhere;
        }
    }

    public void Dispose()
    {
        foreach (var place in _places.Values)
            place.File?.Dispose();
        _places.Clear();
    }

    private sealed class Place
    {
        public SafeFileHandle? File { get; set; }

        public string? Elsewhere { get; set; }

        public string? Unseen { get; set; }
    }

    /// <summary>The locked file, or who holds it, or why there can be none.</summary>
    private (SafeFileHandle? File, string? Other, string? Problem) Take(string root)
    {
        using var directory = Posix.OpenDirectory(root);
        if (directory is null)
            return (null, null, Posix.Message(Posix.LastError));
        if (Posix.OpenLock(directory, FileName) is not { } file)
            return (null, null, Posix.LastError == Errno.TooManyLinks ? $"{FileName} is a link" : Posix.Message(Posix.LastError));
        if (Posix.Look(file) is not { IsRegular: true } facts || (facts.Permissions & OthersMay) != 0 || !IsTrusted(facts.User, directory))
        {
            file.Dispose();
            return (null, null, $"{FileName} is no file of mode 0600 that belongs to the exporter or to the bot");
        }

        if (!Posix.TryLock(file))
        {
            var other = Said(file);
            file.Dispose();
            return (null, other, null);
        }

        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, System.Text.Encoding.UTF8.GetBytes(holder), 0);
        }
        catch (IOException)
        {
            // On a full disk the lock holds all the same; the other one is only not told who has it.
        }

        return (file, null, null);
    }

    private static bool IsTrusted(uint user, SafeFileHandle directory) =>
        user == 0 || user == Posix.EffectiveUser || user == Posix.Look(directory)?.User;

    private static string Said(SafeFileHandle file)
    {
        var text = new byte[MaxHolderLength];
        var read = RandomAccess.Read(file, text, 0);
        return read == 0 ? "it does not say which" : Plain.Text(System.Text.Encoding.UTF8.GetString(text, 0, read)).Trim();
    }
}
