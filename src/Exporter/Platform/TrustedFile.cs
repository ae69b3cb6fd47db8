using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Platform;

/// <summary>
/// Reads files that the exporter obeys or keeps secret: configuration, tokens, keys, passwords. One open that never waits, a look at
/// what was opened, and no more than a limit is read. Whoever can write such a file, or replace it, can make the exporter run commands;
/// so it must belong to the exporter's own user or root, and so must every directory above it, as sshd has it.
/// </summary>
internal static class TrustedFile
{
    public const int MaxBytes = 64 << 10;

    private const uint Nobody = 65534;
    private const int Sticky = 0x200;
    private const int GroupWrite = 0x10;
    private const int OtherWrite = 0x2;
    private const int OtherRead = 0x4;

    /// <param name="Bytes">Null when it cannot be read.</param>
    /// <param name="Problem">Completes "FILE …": why it cannot be read or must not be obeyed; null when it may.</param>
    /// <param name="Stamp">Of what was read, behind every link.</param>
    /// <param name="IsPublic">Everybody on this machine can read it.</param>
    public sealed record Content(byte[]? Bytes, string? Problem, FileStamp? Stamp, bool IsPublic)
    {
        public bool IsMissing { get; init; }
    }

    /// <summary>The stamp of what the path leads to, behind every link; null when there is nothing to look at.</summary>
    public static FileStamp? StampOf(string path) =>
        Native.Statx(Native.CurrentDirectory, Native.Path(path), 0, Native.BasicStats, out var file) == 0 ? file.Stamp : null;

    public static Content Read(string path, int maxBytes = MaxBytes)
    {
        var descriptor = Native.Open(Native.Path(path), Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return new Content(null, error == Errno.NoEntry ? "does not exist" : $"cannot be read: {Marshal.GetPInvokeErrorMessage(error)}", null, false)
            {
                IsMissing = error == Errno.NoEntry,
            };
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.Statx(descriptor, "\0"u8, Native.EmptyPath, Native.BasicStats, out var facts) != 0)
        {
            return new Content(null, $"cannot be looked at: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}", null, false);
        }

        if (!facts.IsFile)
        {
            return new Content(null, $"is {facts.KindName} where a regular file is expected", facts.Stamp, false);
        }

        if (facts.Size > (ulong)maxBytes)
        {
            return new Content(null, string.Create(CultureInfo.InvariantCulture, $"has {facts.Size} bytes, and at most {maxBytes} are read; is it the right file?"), facts.Stamp, false);
        }

        try
        {
            // One byte more than it has: what grows meanwhile is noticed.
            var bytes = new byte[(int)facts.Size + 1];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            return length == bytes.Length
                ? new Content(null, "is being written; try again", facts.Stamp, false)
                : new Content(bytes[..length], WhyNotObeyed(path, facts), facts.Stamp, (facts.Mode & OtherRead) != 0 && !IsReadOnlyMount(path, facts));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Content(null, $"cannot be read: {e.Message}", facts.Stamp, false);
        }
    }

    private static string? WhyNotObeyed(string path, in FileStatistics facts)
    {
        // What a container mounts read-only into its place nobody in it can change, whoever owns it.
        if (IsReadOnlyMount(path, facts))
        {
            return null;
        }

        if (!IsOurs(facts.Owner))
        {
            return facts.Owner == Nobody
                ? "belongs to a user that does not exist here (65534, as in a container with user namespaces), so nobody knows who may change it; mount it read-only, or give it to the exporter's user"
                : string.Create(CultureInfo.InvariantCulture, $"belongs to the user {facts.Owner}, and only files of the exporter's own user ({Native.EffectiveUser()}) or root are obeyed; run: chown {Native.EffectiveUser()} {path}");
        }

        if ((facts.Mode & (GroupWrite | OtherWrite)) != 0)
        {
            return $"may be written by others than its owner; run: chmod go-w {path}";
        }

        return Above(path).Concat(Target(path) is { } target && target != path ? Above(target) : []).Distinct(StringComparer.Ordinal)
            .Select(WhyNotTrusted).FirstOrDefault(why => why is not null);
    }

    private static string? WhyNotTrusted(string directory)
    {
        if (Native.Statx(Native.CurrentDirectory, Native.Path(directory), 0, Native.BasicStats, out var facts) != 0)
        {
            return $"lies in {directory}, which cannot be looked at";
        }

        if (!IsOurs(facts.Owner))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"lies below {directory}, which belongs to the user {facts.Owner}: he could replace it. Keep it in a directory of the exporter's own user ({Native.EffectiveUser()}) or root");
        }

        // A group of the owner's own, which has his number, is he himself.
        var others = (facts.Mode & OtherWrite) != 0 || ((facts.Mode & GroupWrite) != 0 && facts.Group != facts.Owner);
        return others && (facts.Mode & Sticky) == 0
            ? $"lies below {directory}, which may be written by others than its owner; run: chmod go-w {directory}"
            : null;
    }

    private static bool IsOurs(uint owner) => owner == 0 || owner == Native.EffectiveUser();

    private static bool IsReadOnlyMount(string path, in FileStatistics facts) =>
        facts.IsMountPoint && Native.Statvfs(Native.Path(path), out var volume) == 0 && (volume.Flags & Native.ReadOnlyMount) != 0;

    private static IEnumerable<string> Above(string path)
    {
        for (var directory = Path.GetDirectoryName(Path.GetFullPath(path)); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            yield return directory;
        }
    }

    /// <summary>Where links lead in the end, with the links in its directories followed too; null when they cannot be followed.</summary>
    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
