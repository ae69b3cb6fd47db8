using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Platform;

namespace Exporter.Configuration;

/// <summary>Which of the files that hold a secret can be read by everybody on this machine. They are obeyed all the same; their owner is warned.</summary>
internal static class PublicSecrets
{
    private static readonly string[] _secrets = ["TokenFile", "PasswordFile", "KeyFile", "SecretFile", "BearerFile", "UrlFile", "BodyFile", "HeaderFile"];

    /// <summary>The options' places and the files, in the configuration's order. Reads each once.</summary>
    public static IEnumerable<(string Key, string File)> In(ExporterOptions options) =>
        Walk(JsonSerializer.SerializeToNode(options, OptionsJsonContext.Default.ExporterOptions), "", isSecret: false)
            .Where(found => TrustedFile.Read(found.File).IsPublic);

    private static IEnumerable<(string Key, string File)> Walk(JsonNode? node, string path, bool isSecret) => node switch
    {
        JsonObject section => section.SelectMany(entry => Walk(entry.Value, OptionsTree.Join(path, entry.Key), isSecret || IsSecret(entry.Key))),
        JsonArray list => list.SelectMany((entry, index) => Walk(entry, OptionsTree.Join(path, $"{index}"), isSecret)),
        JsonValue value when isSecret && value.TryGetValue<string>(out var file) && file.Length > 0 => [(path, file)],
        _ => [],
    };

    private static bool IsSecret(string key) => _secrets.Any(name => key.TrimEnd('s').EndsWith(name, StringComparison.OrdinalIgnoreCase));
}
