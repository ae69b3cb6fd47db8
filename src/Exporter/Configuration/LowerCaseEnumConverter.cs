using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.Configuration;

/// <summary>Enumerations are written in lower case, as on the command line, and numbers are no names of theirs.</summary>
internal sealed class LowerCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
