using System.Globalization;

namespace Exporter.EndToEnd.Chaos;

/// <summary>How long and by which dice. <c>CHAOS_SECONDS</c> and <c>CHAOS_SEED</c> set them; the seed of a run is printed, and gives the same faults again.</summary>
internal sealed record ChaosPlan(TimeSpan Length, int Seed)
{
    /// <summary>Before it programs are killed; after it one life goes on to the end, so that growth can be seen.</summary>
    public TimeSpan KillsEnd => Length * 0.4;

    public static ChaosPlan FromEnvironment() => new(
        TimeSpan.FromSeconds(Number("CHAOS_SECONDS") ?? 60),
        Number("CHAOS_SEED") ?? Random.Shared.Next());

    /// <summary>Each actor throws dice of its own, so that one actor's pace does not change what another does.</summary>
    public Random Dice(string actor) => new(actor.Aggregate(Seed, (hash, letter) => unchecked((hash * 31) + letter)));

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
