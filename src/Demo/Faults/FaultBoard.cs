using System.Collections.Immutable;

namespace Demo.Faults;

/// <summary>Which faults there are now. The menu, the HTTP call and the schedule all turn its switches.</summary>
internal sealed class FaultBoard(World world) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ImmutableSortedSet<string> _active = ImmutableSortedSet<string>.Empty;

    /// <summary>Those that can befall this bot.</summary>
    public ImmutableArray<Fault> Faults { get; } = world.Freqtrade is null ? FaultCatalogue.All : Freqtrade.FreqtradeFaults.All;

    /// <summary>Raised after a fault was injected (true) or cleared (false).</summary>
    public event Action<Fault, bool>? Turned;

    public ImmutableSortedSet<string> Active => Volatile.Read(ref _active);

    public Task InjectAsync(Fault fault, CancellationToken cancellation) => TurnAsync(fault, fault.Inject, true, cancellation);

    /// <summary>Puts it right from outside. A fault that is not there is cleared all the same: a healing may have left half of it.</summary>
    public Task ClearAsync(Fault fault, CancellationToken cancellation) => TurnAsync(fault, fault.Clear, false, cancellation);

    /// <summary>The same two for whoever wants a sentence instead of an exception when the world does not play along.</summary>
    /// <returns>Null, or why it could not be done.</returns>
    public async Task<string?> TryTurnAsync(Fault fault, bool on, CancellationToken cancellation)
    {
        try
        {
            await (on ? InjectAsync(fault, cancellation) : ClearAsync(fault, cancellation));
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return $"{fault.Name} could not be {(on ? "injected" : "put right")}: {e.Message.TrimEnd('.')}. Try it again, or see the files below log/.";
        }
    }

    /// <summary>A healing has ended it; nothing is left to clear.</summary>
    public void Forget(Fault fault) => ImmutableInterlocked.Update(ref _active, (active, name) => active.Remove(name), fault.Name);

    public void Dispose() => _turn.Dispose();

    private async Task TurnAsync(Fault fault, Func<World, CancellationToken, Task> turn, bool on, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await turn(world, cancellation);
            ImmutableInterlocked.Update(ref _active, (active, name) => on ? active.Add(name) : active.Remove(name), fault.Name);
        }
        finally
        {
            _turn.Release();
        }

        Turned?.Invoke(fault, on);
    }
}
