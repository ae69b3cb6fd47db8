using System.Collections.Immutable;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Files;

namespace Exporter.Bots;

/// <summary>Makes a bot from its options. Adding an adapter adds one case here.</summary>
public static class BotAdapters
{
    public static ImmutableArray<string> Names { get; } = [FeatureStoreBot.AdapterName];

    /// <summary>
    /// The bot, also while its root is missing or empty: then every reading of it says so, until its disk is mounted. The caller decides
    /// by <see cref="LayoutFinding.Verdict"/> whether a person should rather be told at once.
    /// </summary>
    public static BotCreation Create(BotOptions options) => options switch
    {
        { Root: null or "" } => new BotCreation.Failed("A bot has no Root. Name the directory that it runs in."),
        { Adapter: not FeatureStoreBot.AdapterName } => new BotCreation.Failed(
            $"The bot at {options.Root} has the adapter '{options.Adapter}', which does not exist. Known adapters: {string.Join(", ", Names)}."),
        _ when WhyNotSwitches(options) is { } why => new BotCreation.Failed(why),
        _ when (options.Configs ?? []).Any(config => string.IsNullOrEmpty(config.Path)) => new BotCreation.Failed(
            $"A config of the bot at {options.Root} has no Path. Name the file, below the bot's root or absolute."),
        _ when (options.HeartbeatComponents ?? []).Any(component => component is "" || component.Contains('/', StringComparison.Ordinal)) =>
            new BotCreation.Failed($"HeartbeatComponents of the bot at {options.Root} are names such as bot_cycle, without a path."),
        _ => Make(options),
    };

    private static BotCreation.Created Make(BotOptions options)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root));
        var name = options.Name is { Length: > 0 } given ? given : Path.GetFileName(root) is { Length: > 0 } last ? last : "bot";
        return new BotCreation.Created(
            new FeatureStoreBot(name, options, TornReads.Retry),
            FeatureStoreDetection.Look(new FeatureStoreLayout(options)));
    }

    private static string? WhyNotSwitches(BotOptions options)
    {
        var names = Switches.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var owner in options.Switches ?? [])
        {
            if (string.IsNullOrEmpty(owner.Name) || string.IsNullOrEmpty(owner.Path))
            {
                return $"A switch of the bot at {options.Root} lacks its Name or its Path. Give both.";
            }

            if (!names.Add(owner.Name))
            {
                return $"The bot at {options.Root} has two switches named '{owner.Name}'. Give the owner's switch a name of its own.";
            }
        }

        return null;
    }
}

/// <summary>What came of making a bot.</summary>
public abstract record BotCreation
{
    private BotCreation()
    {
    }

    public sealed record Created(IBot Bot, LayoutFinding Layout) : BotCreation;

    /// <summary>The options cannot make a bot; the reason is a sentence for the owner.</summary>
    public sealed record Failed(string Reason) : BotCreation;
}
