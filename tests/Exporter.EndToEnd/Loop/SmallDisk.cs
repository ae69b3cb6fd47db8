using System.Diagnostics;

namespace Exporter.EndToEnd.Loop;

/// <summary>A small file system of its own in memory, to be filled. Only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int SizeBytes = 8 * 1024 * 1024;

    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Ballast => Path.Combine(_path, "ballast");

    /// <summary>Null, with the reason, where this machine or user may not mount one; the directory is there all the same.</summary>
    public static (SmallDisk? Disk, string? WhyNot) Mount(string path)
    {
        Directory.CreateDirectory(path);
        return Environment.UserName != "root" ? (null, "Mounting a small tmpfs needs root.")
            : Run("mount", "-t", "tmpfs", "-o", $"size={SizeBytes}", "tmpfs", path) != 0 ? (null, "This machine does not let a tmpfs be mounted.")
            : (new SmallDisk(path), null);
    }

    /// <summary>Four fifths of it: more than the 70 % from which on a trend alerts, less than the 90 % that count as full.</summary>
    public Task FillMostAsync() => File.WriteAllBytesAsync(Ballast, new byte[SizeBytes / 5 * 4]);

    public void Free() => File.Delete(Ballast);

    public void Dispose() => Run("umount", "--lazy", _path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
