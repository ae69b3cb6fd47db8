using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exporter.Configuration;

/// <summary>The configuration as it holds, defaults included.</summary>
internal static class EffectiveConfiguration
{
    /// <summary>As a configuration file that would give the same again. Secrets are masked.</summary>
    public static string Print(ExporterOptions options) =>
        SecretMask.Apply(JsonSerializer.SerializeToNode(options, OptionsJsonContext.Default.ExporterOptions))!
            .ToJsonString(OptionsJsonContext.Default.Options);
}
