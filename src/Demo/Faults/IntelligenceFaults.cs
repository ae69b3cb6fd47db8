using System.Collections.Immutable;
using Demo.Bot;

namespace Demo.Faults;

internal static class IntelligenceFaults
{
    public static ImmutableArray<Fault> All { get; } =
    [
        new("intelligence-stale", "intelligence_freshness", "warning", "The bot no longer fetches market intelligence.",
            "refresh_intelligence knocks at the bot's door, and the bot fetches again.")
        {
            HealedBy = "refresh_intelligence",
            Inject = Feed(IntelligenceFeed.Stopped),
            Clear = Feed(IntelligenceFeed.Fresh),
        },
        new("coinglass-data-stale", "coinglass_api", "warning", "CoinGlass works, but its data no longer reaches the bot.",
            "refresh_coinglass knocks at the bot's door, and the bot fetches again.")
        {
            HealedBy = "refresh_coinglass",
            Inject = Feed(IntelligenceFeed.Stopped),
            Clear = Feed(IntelligenceFeed.Fresh),
        },
        new("intelligence-empty", "intelligence_freshness", "warning", "The intelligence is stamped afresh, but nothing is in it: every signal is neutral.",
            "refresh_intelligence makes the bot fetch again, and this time something comes.")
        {
            HealedBy = "refresh_intelligence",
            Inject = Feed(IntelligenceFeed.Empty),
            Clear = Feed(IntelligenceFeed.Fresh),
        },
        new("refresh-ignored", "intelligence_freshness", "warning", "The intelligence goes stale, and the refresh trigger answers 200 without doing anything.",
            "Nothing by itself: three attempts end failed, then a person is called.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    state.Feed = IntelligenceFeed.Stopped;
                    state.Refresh = RefreshAnswer.Ignores;
                },
                cancellation),
            Clear = (world, cancellation) => world.Bot.ChangeAsync(
                state =>
                {
                    state.Feed = IntelligenceFeed.Fresh;
                    state.Refresh = RefreshAnswer.Obeys;
                },
                cancellation),
        },
        new("coinglass-rejects", "coinglass_api", "warning", "CoinGlass answers 200 with an error inside: the plan has run out.",
            "Nothing by itself: a refresh would meet the same refusal. A person renews the plan.")
        {
            Inject = (world, _) =>
            {
                world.CoinGlass.Rejecting = true;
                return Task.CompletedTask;
            },
            Clear = (world, _) =>
            {
                world.CoinGlass.Rejecting = false;
                return Task.CompletedTask;
            },
        },
    ];

    private static Func<World, CancellationToken, Task> Feed(IntelligenceFeed feed) =>
        (world, cancellation) => world.Bot.ChangeAsync(state => state.Feed = feed, cancellation);
}
