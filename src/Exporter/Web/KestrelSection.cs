using System.Globalization;
using System.Text.Json.Nodes;

namespace Exporter.Web;

/// <summary>Hands the configuration's Kestrel section on in the form that Kestrel reads.</summary>
internal static class KestrelSection
{
    public static IConfiguration Configuration(JsonObject section)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Flatten(section, "", values);
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private static void Flatten(JsonNode? node, string path, Dictionary<string, string?> values)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (key, value) in section)
                {
                    Flatten(value, Join(path, key), values);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten(list[i], Join(path, i.ToString(CultureInfo.InvariantCulture)), values);
                }

                break;
            default:
                values[path] = node?.ToString();
                break;
        }
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}
