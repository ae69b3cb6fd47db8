using System.Diagnostics;

namespace Exporter.EndToEnd.Chaos;

/// <summary>A small disk of its own for the storage directory, which can be filled and made read-only. Needs root; without it the disk stays well.</summary>
internal sealed class StorageDisk : IAsyncDisposable
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _full = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _path;

    private StorageDisk(string path, bool mounted)
    {
        _path = path;
        Mounted = mounted;
    }

    public bool Mounted { get; }

    public static async Task<StorageDisk> MountAsync(string path)
    {
        Directory.CreateDirectory(path);
        return new StorageDisk(path, await RunAsync("mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "exporter-chaos", path));
    }

    /// <summary>Whether records of that moment may be missing, since the disk was full then.</summary>
    public bool WasFull(DateTimeOffset at)
    {
        lock (_full)
        {
            return _full.Exists(window => window.From <= at && at <= window.To);
        }
    }

    public async Task FillAsync(Random dice, CancellationToken cancellation)
    {
        await dice.BetweenAsync(3, 10, cancellation);
        if (!Mounted)
        {
            return;
        }

        await _turn.WaitAsync(cancellation);
        var from = DateTimeOffset.UtcNow;
        var ballast = Path.Combine(_path, "ballast");
        try
        {
            await using (var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                var block = new byte[64 * 1024];
                while (true)
                {
                    await file.WriteAsync(block, cancellation);
                }
            }
        }
        catch (IOException)
        {
            await dice.BetweenAsync(1, 3, cancellation);
        }
        finally
        {
            File.Delete(ballast);
            lock (_full)
            {
                // What was told a moment later may have been meant for then.
                _full.Add((from.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(3)));
            }

            _turn.Release();
        }
    }

    /// <summary>Acts while the disk is read-only; does nothing where that cannot be had, or while the disk is full.</summary>
    public async Task WhileReadOnlyAsync(Func<Task> act)
    {
        if (!Mounted || !await _turn.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (await RunAsync("mount", "-o", "remount,ro", _path))
            {
                await act();
            }
        }
        finally
        {
            await RunAsync("mount", "-o", "remount,rw", _path);
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Mounted)
        {
            await RunAsync("umount", "-l", _path);
        }

        _turn.Dispose();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
