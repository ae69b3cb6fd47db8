using Exporter.Bots;
using Exporter.Words;

namespace Exporter.Checks;

/// <summary>Watches what became of the bot's process, as its kind resolves it: up, stopped, paused, starting, or not to be reached.</summary>
public sealed class BotLifeCheck(IBot bot) : ICheck
{
    private static readonly MetricFamily State = MetricFamily.Gauge(
        "tradingbot_life", "1 for the state that the bot's life is in now.", "state");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "bot_life",
        Category = Category.State,
        Severity = CheckStatus.Critical,
        DecidesTrading = true,
        Title = "Life",
        Watches = "Whether the bot runs, is paused, stopped or starting, or cannot be reached.",
        Impact = "A bot that cannot be reached may be dead, with trades that nobody manages.",
        Remedy = "Follow the reason: start the bot, give its password, or free its port.",
        Causes = [LifeStates.Unreachable, LifeStates.Unreadable, .. BotKinds.FatalLives, .. Unseen.Causes],
        Families = [State],
        Query = "tradingbot_life{bot=\"$bot\"} == 1",
        Runbook = "TradingBotUnreachable",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var reading = await bot.ReadLifeAsync(cancellation);
        if (reading is not Reading<BotLife>.Seen { Value: var life, Evidence: var source }) return Unseen.Result(reading);

        var sentence = Phrase.Sentence(life.Sentence);
        var verdict = life.State switch
        {
            // Dead, restarting or cut off: which of them, its beat says when it grows old.
            LifeStates.Unreachable or LifeStates.Unauthorized or LifeStates.Unreadable => CheckResult.Unknown(life.State, sentence),
            _ when BotKinds.FatalLives.Contains(life.State) => CheckResult.Critical(life.State, sentence) with { BlocksEntries = true },
            _ => CheckResult.Ok(sentence),
        };
        return verdict with
        {
            DataTimestamp = source.Stamp,
            Samples = [State.Of(1, life.State)],
            Details =
            [
                Detail.Of(LifeState, life.State),
                .. life.Since is { } since ? [Detail.Of("since", since)] : (Detail[])[],
                .. SourceDetails.Of(source),
            ],
        };
    }

    /// <summary>The detail that holds the state.</summary>
    internal const string LifeState = "life";
}
