namespace Exporter.Bots;

/// <summary>A bot that can be started over its API after it stopped itself.</summary>
public interface IStartable : IBot
{
    /// <summary>Why it must not be started now, one sentence; null: it may be.</summary>
    ValueTask<string?> WhyNotStartAsync(CancellationToken cancellation);

    /// <summary>Starts it, and waits for a proof that it works: an answer to the request proves nothing.</summary>
    /// <returns>Null when it works; else one sentence that says how far it came.</returns>
    Task<string?> StartAsync(CancellationToken cancellation);
}
