using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Platform;

/// <summary>
/// The few system calls that .NET does not offer and that a safe write into somebody else's directory needs: paths relative to an open
/// directory, no links, and an exchange of two names in one step.
/// </summary>
internal static partial class Posix
{
    public const uint RenameNoReplace = 1;
    public const uint RenameExchange = 2;

    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int ReadWrite = 2;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int CloseOnExec = 0x80000;
    private const int SetLeaseCommand = 1024;
    private const int SetSignalCommand = 10;
    private const int UrgentSignal = 23; // SIGURG
    private const int LeaseRead = 0;
    private const int LeaseNone = 2;

    // These two differ between the architectures (asm-generic and x86 against arm).
    private static readonly bool _arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int _directory = _arm ? 0x4000 : 0x10000;
    private static readonly int _noFollow = _arm ? 0x8000 : 0x20000;

    /// <summary>What the kernel said; a sentence for the owner is made from <see cref="Message"/>.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    public static uint EffectiveUser => Native.EffectiveUser();

    /// <summary>Opens a directory by its whole path, following links above it. Null: see <see cref="LastError"/>.</summary>
    public static SafeFileHandle? OpenDirectory(string path) =>
        Wrap(OpenAt(Native.CurrentDirectory, path, ReadOnly | _directory | CloseOnExec, 0));

    public static SafeFileHandle? OpenDirectory(SafeFileHandle parent, string name) =>
        Wrap(OpenAt(Number(parent), name, ReadOnly | _directory | _noFollow | CloseOnExec, 0));

    /// <summary>Opens for reading; never through a link, never waiting for a FIFO's other end.</summary>
    public static SafeFileHandle? OpenFile(SafeFileHandle directory, string name) =>
        Wrap(OpenAt(Number(directory), name, ReadOnly | _noFollow | NonBlocking | CloseOnExec, 0));

    public static SafeFileHandle? CreateFile(SafeFileHandle directory, string name) =>
        Wrap(OpenAt(Number(directory), name, WriteOnly | Create | Exclusive | _noFollow | CloseOnExec, 0x180));

    /// <summary>Opens for reading and writing, made with mode 0600 if it is not there; never through a link, never waiting.</summary>
    public static SafeFileHandle? OpenLock(SafeFileHandle directory, string name) =>
        Wrap(OpenAt(Number(directory), name, ReadWrite | Create | _noFollow | NonBlocking | CloseOnExec, 0x180));

    /// <summary>Takes the file's advisory lock (<c>flock(2)</c>) for this open file alone, without waiting.</summary>
    public static bool TryLock(SafeFileHandle file) => FileLock(Number(file), LockExclusive | LockNonBlocking) == 0;

    /// <summary>The entry itself, not what it links to. Null: see <see cref="LastError"/>.</summary>
    public static FileFacts? Look(SafeFileHandle directory, string name) => Look(Number(directory), name, Native.NoFollow);

    public static FileFacts? Look(SafeFileHandle open) => Look(Number(open), "", Native.EmptyPath);

    public static FileFacts? Look(string path) => Look(Native.CurrentDirectory, path, Native.NoFollow);

    public static FileFacts? LookThroughLinks(string path) => Look(Native.CurrentDirectory, path, 0);

    public static bool Rename(SafeFileHandle directory, string from, string to, uint flags) =>
        RenameAt(Number(directory), from, Number(directory), to, flags) == 0;

    public static bool Link(SafeFileHandle directory, string from, string to) =>
        LinkAt(Number(directory), from, Number(directory), to, 0) == 0;

    public static bool Unlink(SafeFileHandle directory, string name) => UnlinkAt(Number(directory), name, 0) == 0;

    public static bool Flush(SafeFileHandle file) => Sync(Number(file)) == 0;

    public static bool SetMode(SafeFileHandle file, uint mode) => ChangeMode(Number(file), mode) == 0;

    public static bool SetGroup(SafeFileHandle file, uint group) => ChangeOwner(Number(file), uint.MaxValue, group) == 0;

    public static bool KillGroup(int group) => Kill(-group, 9) == 0;

    public static bool KillProcess(int process) => Kill(process, 9) == 0;

    /// <summary>
    /// Whether any process holds the file open for writing; null when the file system cannot say. A read lease is only granted while
    /// nobody does (fcntl(2), F_SETLEASE), and is given back at once.
    /// </summary>
    public static bool? HasWriter(SafeFileHandle file)
    {
        // The signal that announces a broken lease would end the process; this one is ignored by default.
        if (Control(Number(file), SetSignalCommand, UrgentSignal) != 0)
            return null;
        if (Control(Number(file), SetLeaseCommand, LeaseRead) == 0)
        {
            Control(Number(file), SetLeaseCommand, LeaseNone);
            return false;
        }

        return LastError == Errno.TryAgain ? true : null;
    }

    private static FileFacts? Look(int directory, string name, int flags) =>
        Native.Statx(directory, Native.Path(name), flags, Native.BasicStatsAndMount, out var file) == 0 ? FileFacts.Of(file) : null;

    private static SafeFileHandle? Wrap(int descriptor) => descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);

    // Handles here never leave the method that opened them, so the number stays valid for the length of a call.
    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromDirectory, string from, int toDirectory, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int descriptor, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
