using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Platform;

namespace Exporter.Configuration;

/// <summary>Reads a configuration file: JSON with comments and trailing commas, its root a section.</summary>
internal static class ConfigurationFile
{
    private const int LargestBytes = 1 << 20;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32,
    };

    /// <summary>The file's root, or null after saying what is wrong.</summary>
    public static JsonObject? Read(string path, List<ConfigurationError> errors)
    {
        try
        {
            if (Directory.Exists(path))
            {
                errors.Add(new("", "is a directory; --config.file needs a file.", path));
                return null;
            }

            var content = TrustedFile.Read(path, LargestBytes);
            if (content.Bytes is not { } bytes)
            {
                errors.Add(new("", content.IsMissing ? "does not exist. Name an existing file with --config.file." : $"{content.Problem}.", path));
                return null;
            }

            using var document = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith(Utf8Mark) ? Utf8Mark.Length : 0), Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Section(document.RootElement, "", path, errors);
            }

            errors.Add(new("", "should hold one JSON object: { … }.", path));
        }
        catch (JsonException e)
        {
            var line = e.LineNumber is { } number ? $"line {number + 1}, column {e.BytePositionInLine + 1}: " : "";
            errors.Add(new("", $"is no valid JSON: {line}{Plain(e.Message)}", path));
        }
        catch (InvalidOperationException)
        {
            // The parser looks inside a text only when it is asked for it.
            errors.Add(new("", "holds a key or a value that is no text: bytes that are no UTF-8, or half of a surrogate pair (\\ud800). Save it as UTF-8.", path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new("", $"cannot be read: {e.Message}", path));
        }

        return null;
    }

    /// <summary>Built by hand: a JsonObject that ignores case throws, and only when it is first used, if two keys differ in case alone.</summary>
    private static JsonObject Section(JsonElement section, string key, string path, List<ConfigurationError> errors)
    {
        var result = new JsonObject(OptionsTree.NodeOptions);
        foreach (var property in section.EnumerateObject())
        {
            var propertyKey = OptionsTree.Join(key, property.Name);
            if (result.ContainsKey(property.Name))
            {
                errors.Add(new(propertyKey, "is there twice; keys are read without regard to case. Keep one.", path));
                continue;
            }

            result.Add(property.Name, Node(property.Value, propertyKey, path, errors));
        }

        return result;
    }

    private static JsonNode? Node(JsonElement element, string key, string path, List<ConfigurationError> errors) => element.ValueKind switch
    {
        JsonValueKind.Object => Section(element, key, path, errors),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select((item, i) => Node(item, $"{key}:{i}", path, errors))]),
        JsonValueKind.Null => null,
        JsonValueKind.String => Text(element.GetString()!, key, path, errors),
        _ => JsonValue.Create(element.Clone()),
    };

    private static JsonValue? Text(string text, string key, string path, List<ConfigurationError> errors)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(new(key, "holds a NUL character, which no path and no other option can hold. Take it out.", path));
            return null;
        }

        return JsonValue.Create(text, OptionsTree.NodeOptions);
    }

    /// <summary>The parser's sentence without its own way of giving the place.</summary>
    private static string Plain(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
