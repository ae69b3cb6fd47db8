using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>How the options' metadata is read: which keys a section has and of what type each is.</summary>
internal static class OptionsTree
{
    public static JsonNodeOptions NodeOptions { get; } = new() { PropertyNameCaseInsensitive = true };

    public static JsonTypeInfo Root => OptionsJsonContext.Default.ExporterOptions;

    public static JsonTypeInfo TypeOf(Type type) =>
        OptionsJsonContext.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{type} is no option's type.");

    public static JsonPropertyInfo? Find(JsonTypeInfo section, string key) =>
        section.Properties.FirstOrDefault(property => property.Name.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>A section that is handed on to somebody else (Kestrel) and so has no keys of ours.</summary>
    public static bool IsPassedOn(JsonTypeInfo type) => type.Type == typeof(JsonObject);

    public static bool TryGetAttribute<T>(JsonPropertyInfo property, [NotNullWhen(true)] out T? attribute)
        where T : Attribute
    {
        attribute = property.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true).OfType<T>().FirstOrDefault();
        return attribute is not null;
    }

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}
