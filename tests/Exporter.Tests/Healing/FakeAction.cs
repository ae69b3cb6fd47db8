using System.Collections.Immutable;
using Exporter.Healing;

namespace Exporter.Tests.Healing;

/// <summary>An action that does what the test says, and counts.</summary>
internal sealed class FakeAction(string name = "mend", string check = "config_integrity") : IHealingAction
{
    private int _runs;

    public ActionSpec Spec { get; set; } = new()
    {
        Name = name,
        Title = "Mend",
        Does = "Mends.",
        HealedWhen = "The check is healthy.",
        Check = check,
        ChangesTheBot = true,
    };

    public string? Group { get; set; }

    public string? Precondition { get; set; }

    public int Runs => _runs;

    public Func<HealingTarget, CancellationToken, ValueTask<ActionResult>> OnRun { get; set; } =
        (_, _) => ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });

    public string? SharedGroup(string bot) => Group;

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => ValueTask.FromResult(Precondition);

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        ValueTask.FromResult<ImmutableArray<string>>([$"It would mend {target.Bot}"]);

    public ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _runs);
        return OnRun(target, cancellation);
    }
}
