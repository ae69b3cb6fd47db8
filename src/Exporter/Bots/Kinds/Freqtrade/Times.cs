namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>freqtrade's stamps. Its texts come with and without a zone, by version: only numbers are read.</summary>
internal static class Times
{
    private static readonly double Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static DateTimeOffset? OfMilliseconds(double? value) => OfSeconds(value / 1000);

    /// <summary>Null for what is no time: null, zero, or beyond what a calendar holds.</summary>
    public static DateTimeOffset? OfSeconds(double? value) => value is { } seconds && seconds > 0 && seconds < Last
        ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
}
