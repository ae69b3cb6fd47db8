using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Loop;

/// <summary>One alert of <c>prometheus/rules</c>, as its file says.</summary>
internal sealed record AlertRule(
    string Name, string Expression, string? For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public const string Watchdog = "Watchdog";

    public static IReadOnlyList<AlertRule> All { get; } = [.. Rules().Where(rule => rule.Children.ContainsKey("alert")).Select(Parse)];

    /// <summary>The expressions of the recording rules, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Recorded { get; } = Rules()
        .Where(rule => rule.Children.ContainsKey("record"))
        .ToDictionary(rule => rule["record"].ToString(), rule => rule["expr"].ToString());

    public static IEnumerable<string> Files() => Directory.EnumerateFiles(Repository.File("prometheus", "rules"), "*.yml").Order();

    public string? Label(string name) => Labels.GetValueOrDefault(name);

    public override string ToString() => Name;

    private static IEnumerable<YamlMappingNode> Rules() => Files()
        .SelectMany(file => ((YamlSequenceNode)Yaml.Load(file)["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"]))
        .Cast<YamlMappingNode>();

    private static AlertRule Parse(YamlMappingNode rule) => new(
        rule["alert"].ToString(),
        rule["expr"].ToString(),
        rule.Children.TryGetValue("for", out var duration) ? duration.ToString() : null,
        Strings(rule["labels"]),
        Strings(rule["annotations"]));

    private static Dictionary<string, string> Strings(YamlNode node) =>
        ((YamlMappingNode)node).Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());
}

internal static class Yaml
{
    public static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
