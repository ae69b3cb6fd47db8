using System.Text.Json.Nodes;
using Exporter.Bots;

namespace Exporter.Configuration;

/// <summary>A bot that was given no name is called after its directory.</summary>
internal static class BotNames
{
    public static string Of(string root) => Plain(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))));

    public static string Of(Uri url) => Plain(url.IsAbsoluteUri ? $"{url.IdnHost}_{url.Port}" : "");

    public static string Of(BotOptions bot) => bot.Root.Length > 0 ? Of(bot.Root) : bot.Url is { } url ? Of(url) : "bot";

    private static string Plain(string text)
    {
        var name = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')]).TrimStart('.', '_', '-');
        return name.Length == 0 ? "bot" : name[..Math.Min(name.Length, 63)];
    }

    public static string? Of(JsonObject bot) =>
        Text(bot["Name"]) ?? (Text(bot["Root"]) is { Length: > 0 } root ? Of(root)
            : Uri.TryCreate(Text(bot["Url"]), UriKind.Absolute, out var url) ? Of(url) : null);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
