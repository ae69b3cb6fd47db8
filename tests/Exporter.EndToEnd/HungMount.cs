using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.EndToEnd;

/// <summary>
/// A mount whose server is gone, as NFS in a bad hour: a FUSE file system whose first request nobody answers. Whoever looks below it
/// sleeps in the kernel until it is taken away. Needs root and /dev/fuse.
/// </summary>
internal sealed partial class HungMount : IDisposable
{
    private const int Detach = 2; // MNT_DETACH

    private readonly SafeFileHandle _server;
    private readonly string _directory;

    private HungMount(SafeFileHandle server, string directory) => (_server, _directory) = (server, directory);

    /// <summary>Null where this machine lets nobody mount.</summary>
    public static HungMount? Over(string directory)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/dev/fuse"))
            return null;
        var server = File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (Mount("hung", directory, "fuse", 0, $"fd={server.DangerousGetHandle()},rootmode=40000,user_id=0,group_id=0,allow_other") == 0)
            return new HungMount(server, directory);
        server.Dispose();
        return null;
    }

    public void Dispose()
    {
        // Closed first: the kernel then answers everybody who waits.
        _server.Dispose();
        Unmount(_directory, Detach);
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
