using System.Collections.Frozen;

namespace Exporter.Venues;

/// <summary>What there is to know of a venue's API in order to ask it: data, no code. The question is one public GET.</summary>
public sealed record VenuePreset
{
    /// <summary>The value of the label <c>exchange</c> and of the option, such as <c>binance-usdm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For sentences, such as "Binance USD-M futures".</summary>
    public required string Title { get; init; }

    /// <summary>Where the venue's API lives unless an option says otherwise; null when only an option can say.</summary>
    public required Uri? BaseUrl { get; init; }

    /// <summary>Path and query of the question, beginning with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>The HTTP status of a success.</summary>
    public int SuccessStatus { get; init; } = 200;

    /// <summary>JSON pointer (RFC 6901) to what a success must hold; null when the status alone decides.</summary>
    public string? SuccessPointer { get; init; }

    /// <summary>What must stand there, compared as text (<c>0</c> and <c>"0"</c> are the same); null when being there is enough.</summary>
    public string? SuccessValue { get; init; }

    /// <summary>JSON pointer to the venue's own time; null when only the <c>Date</c> header tells it.</summary>
    public string? TimePointer { get; init; }

    /// <summary>How old the time at <see cref="TimePointer"/> may be when it is a stamp of data, not a clock.</summary>
    public TimeSpan TimeUncertainty { get; init; }

    /// <summary>JSON pointer to the code of an error.</summary>
    public string CodePointer { get; init; } = "/code";

    /// <summary>JSON pointer to the text of an error.</summary>
    public string MessagePointer { get; init; } = "/msg";

    /// <summary>Which <see cref="ProbeCause"/> the venue's own error codes mean; any other code is <see cref="ProbeCause.BusinessError"/>.</summary>
    public FrozenDictionary<string, string> Codes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The header that carries the API key; null when the question needs none.</summary>
    public string? KeyHeader { get; init; }
}
