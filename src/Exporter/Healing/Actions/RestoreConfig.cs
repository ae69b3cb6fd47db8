using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Healing.Files;

namespace Exporter.Healing.Actions;

/// <summary>
/// Puts a missing or broken configuration back from its last known good copy, else from the shipped default, and keeps what was there.
/// Never towards risk: live trading is restored only when a person confirms it, and no default takes the place of a live configuration.
/// </summary>
internal sealed class RestoreConfig(ActionDependencies dependencies) : IHealingAction
{
    private const string ConfirmedLive = "live";

    private readonly ConfigRemedies _remedies = new(dependencies.Files);

    public static ActionSpec Definition { get; } = new()
    {
        Name = "restore_config",
        Title = "Restore configuration",
        Does = "Restores each missing or torn file from its last known good copy where that cannot put real money at stake, and keeps what was there; the rest it suggests.",
        HealedWhen = "The file is valid again.",
        Check = "config_integrity",
        ChangesTheBot = true,
    };

    public ActionSpec Spec { get; } = Definition with { Patience = dependencies.Options.SettleTime };

    public bool Accepts(string bot, string target) =>
        target.Length == 0 || dependencies.FileBacked(bot)?.Configs.Any(config => config.Name == target) == true;

    public ValueTask<string?> WhyNotAsync(HealingTarget target, CancellationToken cancellation) => new(
        dependencies.FileBacked(target.Bot) is null ? $"{target.Bot} keeps no configuration files that the exporter knows." : null);

    public ValueTask<ImmutableArray<string>> PlanAsync(HealingTarget target, CancellationToken cancellation)
    {
        var sentences = Assess(target).Select(assessed => assessed.Remedy switch
        {
            ConfigRemedy.None => $"{assessed.Config.Name} is valid; it would be left alone.",
            ConfigRemedy.Suggest { Reason: var reason } => reason,
            ConfigRemedy.Refuse { Reason: var reason } => reason,
            ConfigRemedy.Write { Source: var source } =>
                $"It would write {assessed.Config.FullPath} from {source}, once the file has been still for " +
                $"{Phrase.Seconds(dependencies.Options.SettleTime)}, and keep a copy of what was there.",
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        return new([.. sentences]);
    }

    public async ValueTask<ActionResult> RunAsync(HealingTarget target, CancellationToken cancellation)
    {
        var bot = dependencies.FileBacked(target.Bot)!;
        var results = await Task.WhenAll(Assess(target).Select(assessed => ApplyAsync(bot, assessed.Config, assessed.Remedy, target.Confirmed.Contains(ConfirmedLive), cancellation)));
        return results.OfType<ActionResult>().ToImmutableArray() is { IsEmpty: false } some
            ? Together(some)
            : new ActionResult.Done { Reason = "Every configuration is valid; nothing was touched." };
    }

    private IEnumerable<(ConfigLocation Config, ConfigRemedy Remedy)> Assess(HealingTarget target) =>
        from config in dependencies.FileBacked(target.Bot)?.Configs ?? []
        where target.Target.Length == 0 || config.Name == target.Target
        select (config, _remedies.Assess(dependencies.FileBacked(target.Bot)!, config, target.Confirmed.Contains(ConfirmedLive)));

    private async Task<ActionResult?> ApplyAsync(IFileBackedBot bot, ConfigLocation config, ConfigRemedy remedy, bool confirmed, CancellationToken cancellation)
    {
        switch (remedy)
        {
            case ConfigRemedy.None:
                return null;
            case ConfigRemedy.Suggest { Reason: var reason }:
                return new ActionResult.Suggested { Reason = reason };
            case ConfigRemedy.Refuse { Reason: var reason }:
                return new ActionResult.Refused { Reason = reason };
        }

        var write = (ConfigRemedy.Write)remedy;
        var stillness = await dependencies.Files.Still.WaitAsync(config.FullPath, dependencies.Options.SettleTime, cancellation);
        if (!stillness.Still)
            return new ActionResult.Cancelled { Reason = $"{config.Name} was written while it was watched, so somebody is at it; nothing was touched." };
        var outcome = new SafeFileReplace(dependencies.Step).Replace(new FileReplacement
        {
            MayStand = content => BotFileWatch.MayStand(config.Rule, content),
            Root = bot.Root!,
            Path = config.FullPath,
            Expected = stillness.Identity,
            // All that was decided must hold for the bytes that are there now.
            Decide = content => _remedies.Assess(bot, config, stillness.Identity is null ? (ReadOnlyMemory<byte>?)null : content, confirmed) switch
            {
                ConfigRemedy.None => Rewrite.Not($"{config.Name} is valid again; what was written stands."),
                ConfigRemedy.Write again => Rewrite.With(again.Content),
                ConfigRemedy.Suggest { Reason: var reason } => Rewrite.Not(reason),
                ConfigRemedy.Refuse { Reason: var reason } => Rewrite.Not(reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            Backup = content => dependencies.Files.Good.KeepReplaced(bot.Name, config.Name, content.Span),
        });
        return outcome switch
        {
            FileOutcome.Written => new ActionResult.Done("The bot may need a restart to read it.") { Reason = $"{config.Name} was restored from {write.Source}." },
            FileOutcome.Moved { Reason: var reason } => new ActionResult.Cancelled { Reason = reason },
            FileOutcome.Refused { Reason: var reason } => new ActionResult.Refused { Reason = reason },
            FileOutcome.Failed { Reason: var reason } => new ActionResult.Failed { Reason = reason },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>One result for all files: what needs a person most decides, and every file's sentence is in it.</summary>
    private static ActionResult Together(ImmutableArray<ActionResult> results)
    {
        var worst = results.MaxBy(result => result switch
        {
            ActionResult.Failed => 4,
            ActionResult.Refused => 3,
            ActionResult.Suggested => 2,
            ActionResult.Cancelled => 1,
            _ => 0,
        })!;
        return worst with { Reason = string.Join(" ", results.Select(result => result.Reason)) };
    }
}
