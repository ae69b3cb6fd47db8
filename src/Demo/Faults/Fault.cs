namespace Demo.Faults;

/// <summary>One thing that can go wrong, on demand.</summary>
/// <param name="Name">What the menu, the HTTP call and the schedule call it.</param>
/// <param name="Check">The check that must find it.</param>
/// <param name="Status">What that check must become: <c>warning</c>, <c>critical</c>, <c>unknown</c>, or <c>ok</c> where it only informs.</param>
/// <param name="Happens">A plain sentence: what goes wrong.</param>
/// <param name="Mends">A plain sentence: what ends it, an action or a person.</param>
internal sealed record Fault(string Name, string Check, string Status, string Happens, string Mends)
{
    /// <summary>The action that heals it; null when none can.</summary>
    public string? HealedBy { get; init; }

    public required Func<World, CancellationToken, Task> Inject { get; init; }

    /// <summary>Puts things right from outside, whether or not a healing has done so.</summary>
    public required Func<World, CancellationToken, Task> Clear { get; init; }
}
