using System.Text;
using Exporter.Bots;
using Exporter.Healing.Files;

namespace Exporter.Healing.Actions;

/// <summary>
/// Decides what may be done for one configuration file. Reads, changes nothing. By itself only what cannot move towards real money: the
/// copy is the last content ever seen valid and not live, and nothing that says otherwise, or may, is written over.
/// </summary>
internal sealed class ConfigRemedies(BotFileWatch files)
{
    public ConfigRemedy Assess(IFileBackedBot bot, ConfigLocation config, bool liveConfirmed) => StateFile.Read(config.FullPath) switch
    {
        StateFile.Unreadable { Reason: var reason } => new ConfigRemedy.Refuse(reason),
        StateFile.Seen { Content: var content } => Assess(bot, config, content, liveConfirmed),
        _ => Assess(bot, config, null, liveConfirmed),
    };

    /// <param name="content">Null when the file is missing.</param>
    public ConfigRemedy Assess(IFileBackedBot bot, ConfigLocation config, ReadOnlyMemory<byte>? content, bool liveConfirmed)
    {
        GoodCopy? copy;
        try
        {
            copy = files.Find(bot.Name, config);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigRemedy.Refuse($"The last known good copy of {config.Name} cannot be read: {e.Message}");
        }

        var verdict = content is { } bytes ? config.Rule.Judge(bytes.Span) : null;
        return verdict switch
        {
            null when copy is null => WithoutCopy(bot, config),
            null => Restore(bot, config, copy, "is missing", whyNot: null, liveConfirmed),
            ConfigVerdict.Valid { Doubt: null } => new ConfigRemedy.None(),
            ConfigVerdict.Valid { Doubt: var doubt } => new ConfigRemedy.Suggest($"{config.Name} {doubt}. It is never overwritten."),
            ConfigVerdict.Incomplete { What: var what } => new ConfigRemedy.Suggest(
                $"{config.Name} {what}: that is somebody's work, and it is never overwritten. Mend it by hand" +
                $"{(copy is null ? "" : $"; its last known good copy is {copy.Path}")}."),
            ConfigVerdict.Broken { What: var what } when copy is null => new ConfigRemedy.Suggest(
                $"{config.Name} {what}, and was never seen valid: nothing is written over it. Mend it by hand."),
            ConfigVerdict.Broken { What: var what } => Restore(bot, config, copy, what, WhyNotOver(verdict, content!.Value.Span, copy.Content.Span), liveConfirmed),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Why a person must decide whether what is there goes; null when it is no more than a torn write of what was there before.</summary>
    private static string? WhyNotOver(ConfigVerdict broken, ReadOnlySpan<byte> content, ReadOnlySpan<byte> copy) =>
        copy.StartsWith(content) ? null
        : broken.Live switch
        {
            LiveMoney.No => null,
            LiveMoney.Yes => "what can be read of it says that it trades live",
            _ => "what cannot be read of it may say that it trades live",
        };

    private static ConfigRemedy Restore(IFileBackedBot bot, ConfigLocation config, GoodCopy copy, string what, string? whyNot, bool liveConfirmed)
    {
        var doubt = copy.Live switch
        {
            LiveMoney.Yes => "its last known good copy trades live",
            LiveMoney.Unknown => "whether its last known good copy trades live cannot be told",
            _ => copy.IsLast ? whyNot : "a newer content of it was seen valid, of which there is no copy",
        };
        return doubt is null || liveConfirmed
            ? new ConfigRemedy.Write(copy.Content, $"the last known good copy {copy.Path}")
            : new ConfigRemedy.Suggest(
                $"{config.Name} {what}, and {doubt}: that is for a person to decide. To restore the copy ({copy.Path}): " +
                $"heal restore_config --bot {bot.Name} --confirm-live --target {config.Name}");
    }

    private static ConfigRemedy WithoutCopy(IFileBackedBot bot, ConfigLocation config) => config switch
    {
        { ShippedDefault: null } => new ConfigRemedy.Suggest(
            $"{config.Name} is missing; the exporter has neither a good copy of it nor a default. Write it by hand."),
        { RequiredByLayout: false } => new ConfigRemedy.Suggest(
            $"{config.Name} is missing and was never seen valid, and the bot does not need it. Create it by hand if you want it."),
        _ when bot.WasSeen(config.Name) => new ConfigRemedy.Suggest(
            $"{config.Name} is missing; it was there, and no good copy of it is known. No default takes its place: write it by hand."),
        _ when !bot.HasFiles() => new ConfigRemedy.Suggest(
            $"{config.Name} is missing, and so is every other file of the bot below {bot.Root}: see whether its disk is mounted and the bot deployed. Nothing is written there."),
        { ShippedDefault: { } shipped } => new ConfigRemedy.Write(
            Encoding.UTF8.GetBytes(shipped), "the default that ships with the exporter, which takes the safe side"),
    };
}

/// <summary>What may be done for a file.</summary>
internal abstract record ConfigRemedy
{
    private ConfigRemedy()
    {
    }

    /// <summary>It is valid.</summary>
    public sealed record None : ConfigRemedy;

    /// <summary>A person has to decide or to do it.</summary>
    public sealed record Suggest(string Reason) : ConfigRemedy;

    public sealed record Refuse(string Reason) : ConfigRemedy;

    /// <param name="Source">Where the content comes from, after the word "from".</param>
    public sealed record Write(ReadOnlyMemory<byte> Content, string Source) : ConfigRemedy
    {
        /// <summary>Content is never printed.</summary>
        public override string ToString() => $"Write from {Source}";
    }
}
