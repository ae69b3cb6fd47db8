using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Platform;

/// <summary>What a file has beside its mode: access control lists, a security label, its owner's own notes.</summary>
internal static partial class ExtendedAttributes
{
    /// <summary>The kernel's own limit for a value, and for the names together.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>Gives one file those of the other. Null when all were kept, else the name of the one that could not be; see <see cref="Posix.LastError"/>.</summary>
    public static string? Copy(SafeFileHandle from, SafeFileHandle to)
    {
        var buffer = new byte[MaxBytes];
        foreach (var name in Names(from, buffer))
        {
            if (Value(from, name, buffer) is not { } value || (Value(to, name, buffer) is { } has && has.AsSpan().SequenceEqual(value)))
                continue;
            if (!Set(to, name, value))
                return name;
        }

        return null;
    }

    public static byte[]? Value(SafeFileHandle file, string name, byte[]? buffer = null)
    {
        buffer ??= new byte[MaxBytes];
        return Get((int)file.DangerousGetHandle(), name, buffer, (nuint)buffer.Length) is >= 0 and var length ? buffer[..(int)length] : null;
    }

    public static bool Set(SafeFileHandle file, string name, ReadOnlySpan<byte> value) =>
        Set((int)file.DangerousGetHandle(), name, value, (nuint)value.Length, 0) == 0;

    /// <summary>None where the file system keeps no such thing.</summary>
    private static string[] Names(SafeFileHandle file, byte[] buffer) =>
        List((int)file.DangerousGetHandle(), buffer, (nuint)buffer.Length) is > 0 and var length
            ? Encoding.UTF8.GetString(buffer.AsSpan(0, (int)length)).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : [];

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static partial nint List(int descriptor, Span<byte> names, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(int descriptor, string name, Span<byte> value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(int descriptor, string name, ReadOnlySpan<byte> value, nuint size, int flags);
}
