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

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SafeFileHandle> _held = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, string> _roots = ImmutableDictionary<string, string>.Empty;
    private ImmutableSortedDictionary<string, string> _notes = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What a person should know, as last found: bots that are healed elsewhere, and those where two healers would not see each other.</summary>
    public IEnumerable<string> Notes => _notes.Values;

    /// <summary>Takes what is not held yet, and gives back what no bot has any more.</summary>
    public void Keep(IEnumerable<(string Name, string Root)> bots)
    {
        lock (_gate)
        {
            _roots = bots.ToImmutableDictionary(bot => bot.Name, bot => bot.Root, StringComparer.Ordinal);
            _notes = _notes.Clear();
            foreach (var root in _held.Keys.Except(_roots.Values).ToArray())
            {
                _held[root].Dispose();
                _held.Remove(root);
            }
        }

        foreach (var bot in _roots.Keys)
            HeldElsewhere(bot);
    }

    /// <summary>A sentence that says who heals the bot instead; null when this exporter may. Tries again each time: the other may have ended.</summary>
    public string? HeldElsewhere(string bot)
    {
        lock (_gate)
        {
            if (!_roots.TryGetValue(bot, out var root) || _held.ContainsKey(root))
                return null;
            var (file, other, problem) = Take(root);
            _notes = _notes.Remove(bot);
            if (file is not null)
            {
                _held[root] = file;
                return null;
            }

            if (other is null)
            {
                _notes = _notes.SetItem(
                    bot, $"No lock can be made in {root}: {problem}. Two exporters that heal {bot} would not see each other, so let only one run with --heal.");
                return null;
            }

            var elsewhere = $"Another exporter ({other}) heals the bot in {root}, so this one does not. Stop one of the two, or start this one without --heal.";
            _notes = _notes.SetItem(bot, elsewhere);
            return elsewhere;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var held in _held.Values)
                held.Dispose();
            _held.Clear();
        }
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
