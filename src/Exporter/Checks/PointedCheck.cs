using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Words;

namespace Exporter.Checks;

/// <summary>
/// A check whose verdict the failure points of the bot's kind may worsen: the check knows what every kind has in common, its kind what only
/// such a bot suffers from.
/// </summary>
internal sealed class PointedCheck(ICheck inner, IBot bot) : ICheck
{
    public CheckSpec Spec { get; } = inner.Spec;

    public TimeSpan MinInterval => inner.MinInterval;

    public TimeSpan Timeout => inner.Timeout;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var result = await inner.EvaluateAsync(context, cancellation);
        return await bot.ReadFailurePointsAsync(cancellation) is Reading<ImmutableArray<FailurePoint>>.Seen { Value: var points }
            && points.Where(point => bot.CheckOf(point) == Spec.Name).OrderByDescending(point => point.Level).FirstOrDefault() is { } worst
            && worst.Level > PointLevel.Named && (result.Status is CheckStatus.Ok or CheckStatus.Unknown || StatusOf(worst.Level) > result.Status)
                ? Worsened(result, worst) : result;
    }

    internal static CheckStatus StatusOf(PointLevel level) => level switch
    {
        PointLevel.Critical => CheckStatus.Critical,
        PointLevel.Warning => CheckStatus.Warning,
        _ => CheckStatus.Ok,
    };

    private static CheckResult Worsened(CheckResult result, FailurePoint point) => result with
    {
        Status = StatusOf(point.Level),
        Enabled = true,
        Cause = point.Cause,
        Reason = Phrase.Sentence(point.Sentence),
        BlocksEntries = result.BlocksEntries || point.BlocksEntries,
    };
}
