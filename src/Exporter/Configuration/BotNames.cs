using System.Text.Json.Nodes;

namespace Exporter.Configuration;

/// <summary>A bot that was given no name is called after its directory.</summary>
internal static class BotNames
{
    public static string Of(string root)
    {
        var name = new string([.. Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')]).TrimStart('.', '_', '-');
        return name.Length == 0 ? "bot" : name[..Math.Min(name.Length, 63)];
    }

    public static string? Of(JsonObject bot) =>
        Text(bot["Name"]) ?? (Text(bot["Root"]) is { Length: > 0 } root ? Of(root) : null);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
