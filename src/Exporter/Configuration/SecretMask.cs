using Exporter.Words;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exporter.Configuration;

/// <summary>
/// Keeps secrets out of everything that is printed. Secrets belong into files of their own; this catches what a person (or Kestrel's
/// section) put into the configuration itself, by a key's name, and by its place: a command is shown as its program and the number of its
/// arguments, a body not at all, the address of a trigger or of an escalation as its origin, since chat services put tokens into paths.
/// </summary>
internal static partial class SecretMask
{
    public const string Masked = "***";

    /// <summary>A value as an error message may show it.</summary>
    public static string Show(string path, JsonNode node)
    {
        var text = IsSecret(path) ? Masked : node is JsonArray or JsonObject ? Apply(node, path)!.ToJsonString() : Shown(path, node.ToJsonString());
        return text.Length <= 120 ? text : $"{text[..117]}…";
    }

    /// <summary>The tree with every secret replaced.</summary>
    public static JsonNode? Apply(JsonNode? node, string path = "")
    {
        switch (node)
        {
            case JsonObject section:
                var masked = new JsonObject();
                foreach (var (key, value) in section)
                {
                    masked[key] = Apply(value, OptionsTree.Join(path, key));
                }

                return masked;
            case JsonArray { Count: > 0 } command when Last(path).Equals("Argv", StringComparison.OrdinalIgnoreCase):
                return new JsonArray([command[0]?.DeepClone(), .. command.Skip(1).Select(_ => (JsonNode)Masked)]);
            case JsonArray list:
                return new JsonArray([.. list.Select((item, i) => Apply(item, path))]);
            case JsonValue value when IsSecret(path) && value.GetValueKind() is (JsonValueKind.String or JsonValueKind.Number):
                return JsonValue.Create(Masked);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(Shown(path, value.GetValue<string>()));
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsSecret(string path) => SecretKey().IsMatch(Last(path));

    private static string Last(string path) => path[(path.LastIndexOf(':') + 1)..];

    private static string Shown(string path, string text) => OfTrigger().IsMatch(path) ? UrlPath().Replace(UrlMask.Apply(text), $"$1/{Masked}") : UrlMask.Apply(text);

    // Names of files and of durations are no secrets, what is in them is.
    [GeneratedRegex("^(?!.*(Files?|Path|Age|Timeout)$).*(Password|Passwd|Passphrase|Pwd|Secret|Api_?Key|Access_?Key|Private_?Key|Credential|Token|Authorization|Cookie)|^(User|Body|Key)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretKey();

    [GeneratedRegex("(^|:)(Triggers|Trigger|CustomActions|Escalation|Escalations|Notify)(:|$)", RegexOptions.IgnoreCase)]
    private static partial Regex OfTrigger();

    [GeneratedRegex("([a-z][a-z0-9+.-]*://[^/?#\\s\"]+)[/?#][^\\s\"]+", RegexOptions.IgnoreCase)]
    private static partial Regex UrlPath();
}
