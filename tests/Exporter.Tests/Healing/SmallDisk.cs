using System.Diagnostics;

namespace Exporter.Tests.Healing;

/// <summary>A small file system of its own in memory; only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private SmallDisk() => Path = _directory["disk"];

    public string Path { get; }

    public static SmallDisk Mount(string size)
    {
        Skip.IfNot(Environment.UserName == "root", "Mounting a small tmpfs needs root.");
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path) == 0, "This machine does not let a tmpfs be mounted.");
        return disk;
    }

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill(string file)
    {
        using var ballast = File.Create(file);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                ballast.Write(block);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            Assert.True(new DriveInfo(Path).AvailableFreeSpace < block.Length);
        }
    }

    /// <summary>Read-only until the answer is disposed of. Nothing on it may be open for writing: the kernel would refuse.</summary>
    public IDisposable ReadOnly()
    {
        Assert.Equal(0, Run("mount", "-o", "remount,ro", Path));
        return new Writable(Path);
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _directory.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private sealed class Writable(string path) : IDisposable
    {
        public void Dispose() => Assert.Equal(0, Run("mount", "-o", "remount,rw", path));
    }
}
