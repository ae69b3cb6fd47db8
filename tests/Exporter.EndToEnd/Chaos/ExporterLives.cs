using System.Globalization;
using Demo.Loop;

namespace Exporter.EndToEnd.Chaos;

/// <summary>The exporter through its kills and restarts, always at the same address and with the same storage.</summary>
internal sealed class ExporterLives(ChildProcess program, string storage)
{
    private int _life;

    public Uri Address => program.Address;

    /// <summary>Odd while it is up and serving.</summary>
    public int Life => Volatile.Read(ref _life);

    public int Kills { get; private set; }

    /// <summary>Whether it was up all the time since.</summary>
    public bool IsSame(int life) => life % 2 == 1 && Life == life;

    public int ProcessId => int.Parse(File.ReadAllText(Path.Combine(storage, "lock.holder")), CultureInfo.InvariantCulture);

    public async Task StartAsync(CancellationToken cancellation)
    {
        await program.StartAsync(cancellation);
        Interlocked.Increment(ref _life);
    }

    public async Task KillAsync()
    {
        Interlocked.Increment(ref _life);
        Kills++;
        await program.KillAsync();
    }

    public async Task StopAsync()
    {
        Interlocked.Increment(ref _life);
        await program.StopAsync();
    }
}
