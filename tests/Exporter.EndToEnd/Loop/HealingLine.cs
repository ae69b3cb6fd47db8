using System.Text.Json.Nodes;

namespace Exporter.EndToEnd.Loop;

/// <summary>One line of the healing journal.</summary>
internal sealed record HealingLine(long Number, string Bot, string Action, string Trigger, string Step, int Attempt, string? Outcome, string Reason)
{
    public static HealingLine Of(JsonObject line) => new(
        (long)line["number"]!,
        (string)line["bot"]!,
        (string)line["action"]!,
        (string)line["trigger"]!,
        (string)line["step"]!,
        (int)line["attempt"]!,
        (string?)line["outcome"],
        (string)line["reason"]!);
}
