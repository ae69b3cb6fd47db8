using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Exporter.Healing;
using Exporter.Healing.Guards;

namespace Exporter.Web.Api;

/// <summary><c>GET /api/v1/healings</c>, newest first.</summary>
/// <param name="NextCursor">Ask again with <c>cursor=…</c> for the older ones; absent on the last page.</param>
public sealed record HealingsDocument(ImmutableArray<HealingDocument> Healings, string? NextCursor);

/// <param name="Outcome">Absent until the verdict.</param>
public sealed record HealingDocument(
    long Id,
    string Bot,
    string Action,
    string Target,
    string Check,
    string Trigger,
    bool DryRun,
    string State,
    string? Outcome,
    string? Guard,
    string? Reason,
    int Attempt,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? AlertStartsAt,
    ImmutableArray<HealingStepDocument> Steps)
{
    public static HealingDocument Of(HealingRecord healing, ImmutableArray<HealingStep> steps)
    {
        var ended = healing.State as HealingState.Ended;
        return new HealingDocument(
            healing.Id,
            healing.Bot,
            healing.Action,
            healing.Target,
            healing.Check,
            healing.Trigger.ToString().ToLowerInvariant(),
            healing.DryRun,
            healing.State.Name,
            ended?.Verdict.Outcome,
            (ended?.Verdict as Verdict.Refused)?.Rail,
            ended?.Verdict.Reason,
            healing.State switch
            {
                HealingState.Running running => running.Attempt,
                HealingState.Verifying verifying => verifying.Attempt,
                HealingState.Ended { Attempt: var attempt } => attempt,
                _ => 0,
            },
            healing.AcceptedAt,
            ended?.At,
            healing.AlertStartsAt,
            [.. steps.Select(step => new HealingStepDocument(step.Timestamp, step.Step, step.Attempt, step.Outcome, step.Reason))]);
    }
}

public sealed record HealingStepDocument(DateTimeOffset Timestamp, string Step, int Attempt, string? Outcome, string Reason);

/// <summary><c>GET /api/v1/pauses</c>: all that hold now.</summary>
public sealed record PausesDocument(ImmutableArray<PauseDocument> Pauses);

/// <param name="Id">0 is the pause file.</param>
/// <param name="Bots">Empty: every bot.</param>
/// <param name="Actions">Empty: every action.</param>
public sealed record PauseDocument(long Id, string Reason, ImmutableArray<string> Bots, ImmutableArray<string> Actions, DateTimeOffset Since, DateTimeOffset? Until)
{
    public static PauseDocument Of(Pause pause) => new(pause.Id, pause.Reason, pause.Bots, pause.Actions, pause.Since, pause.Until);
}

/// <summary>The body of <c>POST /api/v1/heal/{action}</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class HealRequest
{
    public string? Bot { get; set; }

    public string? Target { get; set; }

    public bool DryRun { get; set; }

    /// <summary>Rules that the person waives by name, such as <c>live</c>.</summary>
    public List<string>? Confirm { get; set; }
}

/// <summary>The body of <c>POST /api/v1/pauses</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class PauseRequest
{
    public string? Reason { get; set; }

    public List<string>? Bots { get; set; }

    public List<string>? Actions { get; set; }

    /// <summary>When it ends by itself; absent: when it is lifted.</summary>
    public DateTimeOffset? Until { get; set; }
}

/// <summary>Read by clients too: what a newer exporter adds is passed over, unlike in what a person sends.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(HealingsDocument))]
[JsonSerializable(typeof(HealingDocument))]
[JsonSerializable(typeof(PausesDocument))]
[JsonSerializable(typeof(PauseDocument))]
[JsonSerializable(typeof(HealRequest))]
[JsonSerializable(typeof(PauseRequest))]
public sealed partial class HealingJson : JsonSerializerContext;
