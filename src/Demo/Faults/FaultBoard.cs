using System.Collections.Immutable;

namespace Demo.Faults;

/// <summary>Which faults there are now. The menu, the HTTP call and the schedule all turn its switches.</summary>
internal sealed class FaultBoard(World world) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ImmutableSortedSet<string> _active = ImmutableSortedSet<string>.Empty;

    /// <summary>Raised after a fault was injected (true) or cleared (false).</summary>
    public event Action<Fault, bool>? Turned;

    public ImmutableSortedSet<string> Active => Volatile.Read(ref _active);

    public Task InjectAsync(Fault fault, CancellationToken cancellation) => TurnAsync(fault, fault.Inject, true, cancellation);

    /// <summary>Puts it right from outside. A fault that is not there is cleared all the same: a healing may have left half of it.</summary>
    public Task ClearAsync(Fault fault, CancellationToken cancellation) => TurnAsync(fault, fault.Clear, false, cancellation);

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
