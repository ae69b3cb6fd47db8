using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exporter.Configuration;

/// <summary>
/// Keeps secrets out of everything that is printed. Secrets belong into files of their own; this catches what a person (or Kestrel's
/// section) put into the configuration itself.
/// </summary>
internal static partial class SecretMask
{
    public const string Masked = "***";

    /// <summary>A value as an error message may show it.</summary>
    public static string Show(string path, JsonNode node)
    {
        var text = IsSecret(path) ? Masked : MaskUrl(node.ToJsonString());
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
            case JsonArray list:
                return new JsonArray([.. list.Select((item, i) => Apply(item, path))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(IsSecret(path) ? Masked : MaskUrl(value.GetValue<string>()));
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsSecret(string path) => SecretKey().IsMatch(path[(path.LastIndexOf(':') + 1)..]);

    private static string MaskUrl(string text) => Query().Replace(UserInfo().Replace(text, $"$1{Masked}@"), $"$1{Masked}");

    // Names of files and of durations are no secrets, what is in them is.
    [GeneratedRegex("^(?!.*(Files?|Path|Age|Timeout)$).*(Password|Secret|ApiKey|Token|Authorization|Cookie)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretKey();

    [GeneratedRegex("([a-z][a-z0-9+.-]*://)[^/@\\s\"]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    // Chat services put their tokens into a URL's query: what stands behind '=' is masked.
    [GeneratedRegex("([?&][A-Za-z0-9_.-]+=)[^&\\s\"]+")]
    private static partial Regex Query();
}
