using System.Text.Json.Serialization;

namespace Exporter.Alertmanager;

/// <summary>
/// Alertmanager's webhook, version 4, as far as healing needs it. What newer versions add is ignored. Times stay text: a hostile or broken
/// sender's year 1 must not make the whole delivery unreadable.
/// </summary>
internal sealed class WebhookPayload
{
    public string? Version { get; set; }

    public long TruncatedAlerts { get; set; }

    public List<WebhookAlert?>? Alerts { get; set; }
}

internal sealed class WebhookAlert
{
    public string? Status { get; set; }

    public Dictionary<string, string?>? Labels { get; set; }

    public string? StartsAt { get; set; }

    public string? EndsAt { get; set; }

    public string? Fingerprint { get; set; }

    /// <summary>Empty when the alert does not carry it.</summary>
    public string Label(string name) => Labels?.GetValueOrDefault(name) ?? "";
}

/// <summary>The real thing is four levels deep; nobody needs the reader's default of 64.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(WebhookPayload))]
internal sealed partial class WebhookJsonContext : JsonSerializerContext;
