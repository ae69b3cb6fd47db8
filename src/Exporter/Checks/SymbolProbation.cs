using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>
/// Watches the symbols that the bot has put on probation after losses. It opens nothing on them, so a bot with many symbols on
/// probation looks idle although it runs. Source of the rule: the reference bot, which creates the file with the first probation.
/// </summary>
public sealed class SymbolProbation(IBot bot, SymbolProbationOptions options) : ICheck
{
    private const string OnProbation = "on_probation";
    private const string UnknownState = "unknown_state";

    private const string Active = "active";
    private const string Probation = "probation";
    private const string Recovering = "recovering";

    private static readonly ImmutableArray<string> States = [Active, Probation, Recovering, LabelText.Other];

    private static readonly MetricFamily Count = MetricFamily.Gauge(
        "tradingbot_symbols_on_probation", "Symbols on which the bot opens nothing because they are on probation.");

    private static readonly MetricFamily State = MetricFamily.Gauge(
        "tradingbot_symbol_probation",
        "1 for the state of each symbol that is not active; symbol=\"other\" counts those without a series of their own.",
        "symbol",
        "state");

    private static readonly MetricFamily Since = MetricFamily.Gauge(
        "tradingbot_symbol_probation_since_timestamp_seconds", "When the symbol entered its state, in Unix time.", "symbol");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "symbol_probation",
        Category = Category.State,
        Severity = CheckStatus.Warning,
        Title = "Symbol probation",
        Watches = "The symbols that the bot has put on probation.",
        Impact = "The bot opens no position on a symbol that is on probation.",
        Remedy = "Look at why each symbol was put there; it recovers by itself when the bot's own rule is met.",
        Causes = [OnProbation, UnknownState, Age.FutureTimestamp, .. Unseen.Causes],
        Families = [Count, State, Since],
        Query = "tradingbot_symbol_probation{bot=\"$bot\",state=\"probation\"} > 0",
        Runbook = "TradingBotSymbolOnProbation",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadProbationAsync(cancellation);
        if (reading is Reading<ImmutableArray<SymbolState>>.Absent)
            return CheckResult.Ok("No symbol is on probation: none has ever been.") with { Samples = [Count.Of(0)] };
        if (reading is not Reading<ImmutableArray<SymbolState>>.Seen { Value: var symbols, Evidence: var file }) return Unseen.Result(reading);

        // Probation first: when not every symbol gets a series, those that block trading do.
        var restricted = symbols
            .Where(symbol => StateOf(symbol) != Active)
            .OrderBy(symbol => StateOf(symbol) != Probation).ThenBy(symbol => symbol.Symbol, StringComparer.Ordinal)
            .ToImmutableArray();
        return Judge(symbols, restricted, context.Now) with
        {
            DataTimestamp = file.Stamp,
            Samples = [Count.Of(restricted.Count(IsOnProbation)), .. Series(restricted, context.Now)],
            Details =
            [
                Detail.Of("symbols", symbols.Length),
                Detail.Of("on_probation", [.. restricted.Where(IsOnProbation).Take(options.MaxSymbols).Select(Describe)]),
                Detail.Of("recovering", restricted.Count(symbol => StateOf(symbol) == Recovering)),
                Detail.Of("truncated", restricted.Length > options.MaxSymbols),
                .. SourceDetails.Of(file),
            ],
        };
    }

    private CheckResult Judge(ImmutableArray<SymbolState> symbols, ImmutableArray<SymbolState> restricted, DateTimeOffset now)
    {
        var onProbation = restricted.Where(IsOnProbation).Select(symbol => Phrase.Word(symbol.Symbol)).ToList();
        var strange = restricted.Where(symbol => StateOf(symbol) == LabelText.Other).ToList();
        if (onProbation.Count > 0 && onProbation.Count < bot.OrdinaryProbation * symbols.Length)
        {
            return CheckResult.Ok(
                $"{onProbation.Count} of {Phrase.Count(symbols.Length, "symbol")} set aside, which is ordinary below {Phrase.Percent(bot.OrdinaryProbation)}: {Phrase.List(onProbation)}.");
        }

        if (onProbation.Count > 0)
        {
            var bounded = restricted.Length > options.MaxSymbols ? $"; only {options.MaxSymbols} symbols have series of their own" : "";
            var blind = strange.Count == 0 ? "" : $"; the state of {Phrase.Count(strange.Count, "further symbol")} is no word that is known";
            return CheckResult.Warning(
                OnProbation,
                $"{onProbation.Count} of {Phrase.Count(symbols.Length, "symbol")} on probation and not traded, where none should be: " +
                $"{Phrase.List(onProbation)}; look at why they were put there{bounded}{blind}.");
        }

        if (strange.Count > 0)
        {
            return CheckResult.Unknown(
                UnknownState,
                $"{Phrase.Word(strange[0].Symbol)} is in the state '{Phrase.Word(strange[0].State)}', which is none of active, probation and " +
                $"recovering ({Phrase.Count(strange.Count, "symbol")} so); look at what the bot writes.");
        }

        if (symbols.FirstOrDefault(symbol => symbol.EnteredAt is { } entered && Age.IsFuture(entered, now)) is { } ahead)
        {
            return CheckResult.Unknown(
                Age.FutureTimestamp,
                $"{Phrase.Word(ahead.Symbol)} entered its state at {Moment.Of(ahead.EnteredAt!.Value)}, which is in the future; " +
                "check the bot's clock.");
        }

        var recovering = restricted.IsEmpty ? "" : $", {restricted.Length} recovering";
        return CheckResult.Ok($"None of {Phrase.Count(symbols.Length, "symbol")} is on probation{recovering}.");
    }

    private IEnumerable<Sample> Series(ImmutableArray<SymbolState> restricted, DateTimeOffset now)
    {
        foreach (var symbol in restricted.Take(options.MaxSymbols))
        {
            var name = LabelText.Of(symbol.Symbol);
            foreach (var state in States) yield return State.Of(StateOf(symbol) == state ? 1 : 0, name, state);
            if (symbol.EnteredAt is { } entered && !Age.IsFuture(entered, now)) yield return Since.Of(Age.UnixSeconds(entered), name);
        }

        if (restricted.Length <= options.MaxSymbols) yield break;
        var rest = restricted.Skip(options.MaxSymbols).CountBy(StateOf).ToDictionary();
        foreach (var state in States) yield return State.Of(rest.GetValueOrDefault(state), LabelText.Other, state);
    }

    private static bool IsOnProbation(SymbolState symbol) => StateOf(symbol) == Probation;

    private static string StateOf(SymbolState symbol)
    {
        foreach (var state in States)
        {
            if (state != LabelText.Other && symbol.State.AsSpan().Trim().Equals(state, StringComparison.OrdinalIgnoreCase)) return state;
        }

        return LabelText.Other;
    }

    private static string Describe(SymbolState symbol) => string.IsNullOrWhiteSpace(symbol.Why)
        ? Phrase.Word(symbol.Symbol)
        : $"{Phrase.Word(symbol.Symbol)}: {Phrase.Word(symbol.Why)}";
}

/// <summary>Limits of <c>symbol_probation</c>.</summary>
public sealed class SymbolProbationOptions
{
    /// <summary>Most symbols with series of their own; the rest is counted under the symbol <c>other</c>.</summary>
    [Description("Most symbols with series of their own; the rest is counted under the symbol other.")]
    [Range(1, 10_000)]
    public int MaxSymbols { get; set; } = 200;
}
