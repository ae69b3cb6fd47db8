using System.Collections.Immutable;
using System.Globalization;
using Exporter.Bots;

namespace Exporter.Healing.Actions;

/// <summary>
/// Ranks open positions by what closing them would free. Every position frees one slot, so the rule is: the one that frees most margin
/// first (its collateral as the bot wrote it, else size ÷ leverage; unknown counts least), and between equals the one that is open
/// longest. It never trades; it knows nothing of profit, and says so.
/// </summary>
internal sealed class SuggestPositionExits(ActionDependencies dependencies) : IHealingAction
{
    public static ActionSpec Definition { get; } = new()
    {
        Name = "suggest_position_exits",
        Title = "Suggest position exits",
        Does = "Ranks the open positions by the margin that closing them would free, the longest open first among equals. It never trades.",
        HealedWhen = "Never: it only suggests, and a person decides.",
        Check = "position_limits",
        ChangesTheBot = false,
        OnlySuggests = true,
    };

    public ActionSpec Spec => Definition;

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => new((string?)null);

    public async ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation) =>
        [(await RunAsync(target, cancellation)).Reason];

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        var reading = await dependencies.Bot(target.Bot).ReadPositionsAsync(cancellation);
        return reading switch
        {
            Reading<PositionBook>.Seen { Value.Open: { IsEmpty: false } open } => new ActionResult.Suggested { Reason = Sentence(open) },
            Reading<PositionBook>.Seen => new ActionResult.Suggested { Reason = "No position is open, so none can be closed." },
            Reading<PositionBook>.Unreadable { Reason: var reason } => new ActionResult.Failed { Reason = reason },
            Reading<PositionBook>.Absent { Reason: var reason } => new ActionResult.Failed { Reason = reason },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    internal static ImmutableArray<OpenPosition> Rank(ImmutableArray<OpenPosition> open) =>
    [
        .. open
            .OrderByDescending(position => Freed(position) ?? double.MinValue)
            .ThenBy(position => position.OpenedAt ?? DateTimeOffset.MaxValue)
            .ThenBy(position => position.Symbol, StringComparer.Ordinal),
    ];

    private static double? Freed(OpenPosition position) => position switch
    {
        { Margin: { } margin } when double.IsFinite(margin) => margin,
        { Size: { } size, Leverage: { } leverage } when double.IsFinite(size) && leverage >= 1 => size / leverage,
        _ => null,
    };

    private string Sentence(ImmutableArray<OpenPosition> open)
    {
        var top = Rank(open).Take(dependencies.Options.ExitSuggestions).Select((position, index) => $"{index + 1}. {Named(position)}");
        return $"Closing one of {open.Length} open positions frees one slot and its margin, most first: {string.Join("; ", top)}. " +
            "Profit and loss are not considered; a person decides and closes.";
    }

    private string Named(OpenPosition position)
    {
        var frees = Freed(position) is { } margin
            ? $"frees {margin.ToString("F2", CultureInfo.InvariantCulture)} in quote currency"
            : "margin unknown";
        var age = position.OpenedAt is { } opened && dependencies.Time.GetUtcNow() - opened is { } open && open > TimeSpan.Zero
            ? $", open for {Phrase.Duration(open)}"
            : "";
        return $"{Shown(position.Symbol)} {Shown(position.Direction)} ({Shown(position.Strategy)}): {frees}{age}";
    }

    /// <summary>A bot's words in a sentence for a person: short, on one line.</summary>
    private static string Shown(string? word)
    {
        const int longest = 40;
        return Plain.Text(word ?? "?", longest);
    }
}
