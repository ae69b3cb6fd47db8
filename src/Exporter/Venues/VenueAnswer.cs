namespace Exporter.Venues;

/// <summary>What came back over HTTP, before anybody judged it. Untrusted.</summary>
/// <param name="Body">At most <see cref="LongestBody"/> bytes.</param>
/// <param name="Endless">There was more.</param>
/// <param name="Location">Where a redirect points.</param>
/// <param name="RetryAfter">The header as it came.</param>
/// <param name="Date">The venue's clock, whole seconds.</param>
/// <param name="Headers">All of them, names in any case.</param>
/// <param name="FromCache">The answer carries an Age: its Date is that of an older answer.</param>
internal sealed record VenueAnswer(
    int Status,
    ReadOnlyMemory<byte> Body,
    bool Endless = false,
    string? Location = null,
    string? RetryAfter = null,
    DateTimeOffset? Date = null,
    bool FromCache = false,
    IReadOnlyDictionary<string, string>? Headers = null)
{
    /// <summary>A header's value by its name in any case; null when it did not come.</summary>
    public string? Header(string name) => Headers?.GetValueOrDefault(name);

    public const int LongestBody = 1024 * 1024;
}
