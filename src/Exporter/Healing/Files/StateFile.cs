using System.Runtime.InteropServices;
using Exporter.Platform;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Healing.Files;

/// <summary>A look at a file of the bot's before anything is decided. Links are followed here; writing never does.</summary>
internal abstract record StateFile
{
    private StateFile()
    {
    }

    public sealed record Seen(ReadOnlyMemory<byte> Content) : StateFile;

    public sealed record Missing : StateFile;

    /// <summary>Something is there that cannot be read; the reason is a sentence.</summary>
    public sealed record Unreadable(string Reason) : StateFile;

    /// <summary>One open that never waits; what was opened is looked at, and no more than the limit is read.</summary>
    public static StateFile Read(string path)
    {
        var descriptor = Native.Open(Native.Path(path), Native.OpenReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is Errno.NoEntry or Errno.NotADirectory && Posix.Look(path) is null
                ? new Missing()
                : new Unreadable($"{path} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Posix.Look(file) is not { IsRegular: true } facts)
            return new Unreadable($"{path} is no regular file, or a link that leads to none. Put a file there.");
        if (facts.Identity.SizeBytes > SafeFileReplace.MaxBytes)
            return new Unreadable($"{path} is larger than {SafeFileReplace.MaxBytes / (1024 * 1024)} MiB, so it is not what it should be. Look at it.");
        try
        {
            var content = new byte[facts.Identity.SizeBytes];
            var length = 0;
            while (length < content.Length && RandomAccess.Read(file, content.AsSpan(length), length) is > 0 and var read)
                length += read;
            return new Seen(content.AsMemory(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"{path} cannot be read: {e.Message}");
        }
    }
}
