using System.Collections.Immutable;
using System.Text.Json;

namespace Exporter.Venues;

/// <summary>
/// What there is to know of a venue's API in order to ask it: data, no code. The question is one public call. Defaults stand in the getters,
/// since generated deserialisation sets what a text lacks to nothing.
/// </summary>
public sealed record VenuePreset
{
    /// <summary>The value of the label <c>exchange</c> and of the option, such as <c>binance-usdm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For sentences, such as "Binance USD-M futures".</summary>
    public required string Title { get; init; }

    /// <summary>Where the venue's API lives unless an option says otherwise; null when only an option can say.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Where its test nets live.</summary>
    public ImmutableArray<Uri> Testnets { get => field.IsDefault ? [] : field; init; }

    public string Method { get => field ?? "GET"; init; }

    /// <summary>Path and query of the question, beginning with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>What is sent with a POST.</summary>
    public string? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The HTTP status of a success.</summary>
    public int SuccessStatus { get => field == 0 ? 200 : field; init; }

    /// <summary>
    /// What must stand in the body of a success, all of it. An answer that holds none of it is never well: most client libraries take an
    /// empty answer for a success. Empty when the status alone decides.
    /// </summary>
    public ImmutableArray<BodyRule> Ok { get => field.IsDefault ? [] : field; init; }

    /// <summary>Where the venue's own time stands; null when only the <c>Date</c> header tells it.</summary>
    public VenueClock? Time { get; init; }

    /// <summary>
    /// Limits, bans and the like, in the order in which they are tried: by country, banned, limited, blocked by a firewall, busy, in
    /// maintenance. The first that holds decides.
    /// </summary>
    public ImmutableArray<RefusalRule> Limits { get => field.IsDefault ? [] : field; init; }

    /// <summary>How the venue says that it is in maintenance, or will be; null when it says so nowhere.</summary>
    public MaintenanceRule? Maintenance { get; init; }

    /// <summary>The preset whose maintenance is this one's too.</summary>
    public string? MaintenanceOf { get; init; }

    /// <summary>A local clock that is ahead by so much makes the venue refuse what is signed; null where that is not verified.</summary>
    public int? AheadFatalMs { get; init; }

    public int? BehindFatalMs { get; init; }

    /// <summary>No caller asks more often, whatever the options say: venues count by address, and the bot is behind the same one.</summary>
    public int MinIntervalSeconds { get => field == 0 ? 15 : field; init; }

    /// <summary>Where all of this was read.</summary>
    public string? Source { get; init; }

    /// <summary>The header that carries the API key; null when the question needs none.</summary>
    public string? KeyHeader { get; init; }
}

/// <summary>One thing that must hold of a body.</summary>
/// <param name="At">RFC 6901.</param>
/// <param name="Op">
/// <c>equals</c> (a number is no text), <c>text</c> (equal as text), <c>integer</c> (digits, as number or text), <c>number</c>, <c>exists</c>
/// (and not null), <c>absent</c>, <c>nullOrAbsent</c>, <c>emptyArray</c>.
/// </param>
public sealed record BodyRule(string At, string Op, JsonElement? Value = null)
{
    /// <summary>The value must be there and, where one is wanted, equal as text: <c>0</c> and <c>"0"</c> are the same.</summary>
    public static BodyRule Text(string at, string? wanted) => wanted is null
        ? new BodyRule(at, "exists")
        : new BodyRule(at, "text", JsonElement.Parse($"\"{JsonEncodedText.Encode(wanted)}\""));
}

/// <summary>Where a venue's time stands.</summary>
/// <param name="ResolutionMs">No skew below it is judged.</param>
/// <param name="Coarse">It is the time of data, such as a price: the <c>Date</c> header is the better clock.</param>
/// <param name="Path">The call that tells it, where that is not the question itself.</param>
public sealed record VenueClock(string At, int ResolutionMs = 1, bool Coarse = false, string? Path = null);

/// <summary>An answer that means a refusal of one kind. All that it names must hold.</summary>
/// <param name="Cause">Of <see cref="ProbeCause"/>.</param>
/// <param name="Contains">A text of the body, as it stands.</param>
/// <param name="UntilAfter">The text of the body behind which the end stands, in Unix milliseconds.</param>
/// <param name="WaitPointer">Where the body says how many seconds to wait.</param>
/// <param name="BackOffSeconds">How long nobody asks when the answer does not say.</param>
public sealed record RefusalRule(
    string Cause,
    ImmutableArray<int>? Status = null,
    string? At = null,
    ImmutableArray<JsonElement>? In = null,
    string? Contains = null,
    ImmutableDictionary<string, string>? Header = null,
    string? UntilAfter = null,
    string? WaitPointer = null,
    int? BackOffSeconds = null);

/// <summary>How a venue says that it is in maintenance.</summary>
/// <param name="State">Pointer to the word, in the body or in each item.</param>
/// <param name="Path">The call that tells it; null when the question's own answer does.</param>
/// <param name="Items">Pointer to a list, of which the worst item counts.</param>
/// <param name="Map">From the venue's word to <c>healthy</c>, <c>announced</c>, <c>degraded</c> or <c>maintenance</c>; any other word is degraded.</param>
/// <param name="SetMeans">Where there is no map: what any value other than null means.</param>
public sealed record MaintenanceRule(
    string State,
    string? Path = null,
    string? Items = null,
    ImmutableDictionary<string, string>? Map = null,
    string? Begin = null,
    string? End = null,
    string? AnnouncedItems = null,
    string? SetMeans = null,
    int MinIntervalSeconds = 30);
