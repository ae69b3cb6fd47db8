using Demo.Freqtrade;
using Demo.Bot;
using Demo.Venues;

namespace Demo.Faults;

/// <summary>What faults can reach.</summary>
/// <param name="LimitDiskAsync">
/// Tells the exporter to call the disk full from this usage ratio on; null: from its default. A demo that filled a real disk would
/// be unkind, so the limit comes down instead.
/// </param>
/// <param name="Freqtrade">The bot where it is a freqtrade; null: it is the one of files.</param>
internal sealed record World(
    SimulatedBot Bot,
    SimulatedExchange Exchange,
    SimulatedCoinGlass CoinGlass,
    TimeProvider Time,
    Func<double?, CancellationToken, Task> LimitDiskAsync,
    SimulatedFreqtrade? Freqtrade = null)
{
    public DateTimeOffset Now => Time.GetUtcNow();
}
