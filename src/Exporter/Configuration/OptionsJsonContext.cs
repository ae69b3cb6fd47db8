using System.Text.Json;
using System.Text.Json.Serialization;
using Exporter.Healing;

namespace Exporter.Configuration;

/// <summary>
/// The one source of which keys exist, of what type, with which defaults. Populate: a nested object keeps the defaults that its
/// owner gave it, and get-only collections can be filled.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNameCaseInsensitive = true,
    PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(DurationConverter),
        typeof(LowerCaseEnumConverter<LogLevelName>),
        typeof(LowerCaseEnumConverter<LogFormat>),
        typeof(LowerCaseEnumConverter<TriggerMode>),
        typeof(LowerCaseEnumConverter<Bots.ConfigSyntax>),
    ])]
[JsonSerializable(typeof(ExporterOptions))]
internal sealed partial class OptionsJsonContext : JsonSerializerContext;
