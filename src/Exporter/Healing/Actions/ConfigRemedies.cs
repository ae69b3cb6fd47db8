using System.Text;
using Exporter.Bots;
using Exporter.Healing.Files;

namespace Exporter.Healing.Actions;

/// <summary>Decides what may be done for one configuration file. Reads, changes nothing.</summary>
internal sealed class ConfigRemedies(LastKnownGood copies)
{
    public ConfigRemedy Assess(string bot, ConfigLocation config, bool liveConfirmed)
    {
        switch (StateFile.Read(config.FullPath))
        {
            case StateFile.Unreadable { Reason: var reason }:
                return new ConfigRemedy.Refuse(reason);
            case StateFile.Missing:
                return Remedy(bot, config, "is missing", wasLive: false, missing: true, liveConfirmed);
            case StateFile.Seen { Content: var content }:
                return ConfigContent.Judge(content.Span, config.RequiredKeys, config.LiveKeys) switch
                {
                    ConfigContent.Valid => new ConfigRemedy.None(),
                    ConfigContent.Incomplete { What: var what } => new ConfigRemedy.Suggest(
                        $"{config.Name} is {what}: that is somebody's work, and it is never overwritten. Mend it by hand{Beside(bot, config)}."),
                    ConfigContent.Broken { What: var what, IsLive: var live } => Remedy(bot, config, $"is {what}", live, missing: false, liveConfirmed),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ConfigRemedy Remedy(string bot, ConfigLocation config, string what, bool wasLive, bool missing, bool liveConfirmed)
    {
        GoodCopy? copy;
        try
        {
            copy = copies.Find(bot, config);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigRemedy.Refuse($"{config.Name} {what}, and its last known good copy cannot be read: {e.Message}");
        }

        if (copy is { IsLive: true } && !liveConfirmed)
        {
            return new ConfigRemedy.Suggest(
                $"{config.Name} {what}, and its last known good copy trades live ({copy.Path}): that is for a person to decide. " +
                $"To restore it: heal restore_config --bot {bot} --confirm-live");
        }

        if (copy is not null && wasLive && !liveConfirmed)
        {
            return new ConfigRemedy.Suggest(
                $"{config.Name} {what} and says, as far as it can be read, that it trades live, while its last known good copy does not ({copy.Path}): " +
                $"that is for a person to decide. To restore the copy: heal restore_config --bot {bot} --confirm-live");
        }

        if (copy is not null)
            return new ConfigRemedy.Write(copy.Content, $"the last known good copy {copy.Path}");
        if (config.ShippedDefault is not { } shipped)
            return new ConfigRemedy.Suggest($"{config.Name} {what}; the exporter has neither a good copy of it nor a default. Write it by hand.");
        if (missing && !config.RequiredByLayout)
            return new ConfigRemedy.Suggest($"{config.Name} {what} and was never seen valid, and the bot does not need it. Create it by hand if you want it.");
        if (wasLive)
        {
            return new ConfigRemedy.Suggest(
                $"{config.Name} {what}, says as far as it can be read that it trades live, and no good copy of it is known. No default replaces it: mend it by hand.");
        }

        return new ConfigRemedy.Write(Encoding.UTF8.GetBytes(shipped), "the default that ships with the exporter, which takes the safe side");
    }

    private string Beside(string bot, ConfigLocation config)
    {
        try
        {
            return copies.Find(bot, config) is { } copy ? $"; its last known good copy is {copy.Path}" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
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
