using System.ComponentModel;
using System.Text.Json.Serialization;
using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Configuration;

/// <summary>
/// A bot with what other rooms decide about it. It derives only so that one section of the file holds both: the room Bots may not
/// know of checks.
/// </summary>
public sealed class WatchedBotOptions : BotOptions
{
    /// <summary>After loading: the common thresholds with the bot's own laid over them.</summary>
    [Description("This bot's own thresholds, laid over the common ones key by key.")]
    [JsonPropertyOrder(1)]
    public CheckOptions Checks { get; set; } = new();
}
