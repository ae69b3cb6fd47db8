namespace Exporter.EndToEnd.Chaos;

/// <summary>The pace of the actors. A chaos run is made of time; what is waited for in earnest is waited for by <see cref="Eventually"/>.</summary>
internal static class Beat
{
    /// <summary>Waits a random time in between.</summary>
    public static async Task BetweenAsync(this Random dice, double fromSeconds, double toSeconds, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(fromSeconds + (dice.NextDouble() * (toSeconds - fromSeconds))));
        await timer.WaitForNextTickAsync(cancellation);
    }

    /// <summary>Acts again and again until cancelled, which is how a run ends.</summary>
    public static async Task RepeatAsync(Func<CancellationToken, Task> act, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await act(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    public static T One<T>(this Random dice, params ReadOnlySpan<T> of) => of[dice.Next(of.Length)];
}
