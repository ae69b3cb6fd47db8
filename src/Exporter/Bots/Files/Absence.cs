using System.Runtime.InteropServices;
using Exporter.Platform;

namespace Exporter.Bots.Files;

/// <summary>Judges what it means that a file could not be opened. Absence is certain only inside a directory that can be read.</summary>
internal static class Absence
{
    /// <summary>The reading for a path that does not open with <paramref name="error"/>.</summary>
    public static Reading<T> Explain<T>(SourcePath path, int error, bool seenBefore) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory => ExplainMissing<T>(path, seenBefore),
        Errno.AccessDenied or Errno.NotPermitted => new Reading<T>.Unreadable(
            UnreadableCause.AccessDenied, path.Full,
            $"{path.Shown} may not be read by the exporter's user. Run the exporter as the bot's user, or let its group read the file and its directories."),
        Errno.NoDevice => NotAFile<T>(path, "a socket"),
        _ => new Reading<T>.Unreadable(
            UnreadableCause.InputOutput, path.Full, $"{path.Shown} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    public static Reading<T> NotAFile<T>(SourcePath path, string kind) => new Reading<T>.Unreadable(
        UnreadableCause.NotAFile, path.Full, $"{path.Shown} is {kind} where a file is expected. Move it away, so that the bot can write its file.");

    private static Reading<T> ExplainMissing<T>(SourcePath path, bool seenBefore)
    {
        if (Native.Statx(Native.CurrentDirectory, path.Native, Native.NoFollow, Native.BasicStats, out var entry) == 0 && entry.IsLink)
        {
            return new Reading<T>.Unreadable(
                UnreadableCause.InputOutput, path.Full,
                $"{path.Shown} is a link to {Target(path)}, which does not exist. Is the disk that holds it mounted?");
        }

        if (WhyDirectoryProvesNothing(path) is { } why)
        {
            return new Reading<T>.Unreadable(UnreadableCause.NoDirectory, path.Full, why);
        }

        return seenBefore
            ? new Reading<T>.Unreadable(
                UnreadableCause.Lost, path.Full,
                $"{path.Shown} was there before and is gone. Restore it, or let the bot write it anew.")
            : new Reading<T>.Absent(path.Full, $"{path.Shown} does not exist; its directory is readable and does not hold it.");
    }

    private static string? WhyDirectoryProvesNothing(SourcePath path)
    {
        if (!Directory.Exists(path.Root) && path.Shown != path.Full)
        {
            return $"The bot's directory {path.Root} does not exist, so nothing can be said of {path.Shown}. Check the path and whether its disk is mounted.";
        }

        if (Native.Statx(Native.CurrentDirectory, path.NativeDirectory, 0, Native.BasicStats, out var directory) != 0 || !directory.IsDirectory)
        {
            return $"The directory {path.Directory} does not exist, so nothing can be said of {path.Shown}. Check the bot's root and its layout.";
        }

        const int mode = Native.ReadAccess | Native.SearchAccess;
        return Native.Faccessat(Native.CurrentDirectory, path.NativeDirectory, mode, Native.EffectiveAccess) == 0
            ? null
            : $"The directory {path.Directory} may not be read by the exporter's user, so nothing can be said of {path.Shown}. Let its group read it.";
    }

    private static string Target(SourcePath path)
    {
        try
        {
            return new FileInfo(path.Full).LinkTarget ?? "a place";
        }
        catch (IOException)
        {
            return "a place";
        }
    }
}
