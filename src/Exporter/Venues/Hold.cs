using System.Text.Json.Serialization;

namespace Exporter.Venues;

/// <summary>A Retry-After that runs: nobody calls the venue before <paramref name="Until"/>, lest a ban grows.</summary>
/// <param name="Venue">The preset's name.</param>
/// <param name="Cause">Of <see cref="ProbeCause"/>: why the venue wants to be left alone.</param>
/// <param name="Reason">The sentence of the refusal.</param>
/// <param name="Refusals">How many came in a row, this one included.</param>
public sealed record Hold(string Venue, string BaseUrl, string Cause, DateTimeOffset Until, DateTimeOffset HeardAt, string Reason, int Refusals);

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Hold))]
internal sealed partial class HoldJson : JsonSerializerContext;
