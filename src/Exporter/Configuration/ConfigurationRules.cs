using Exporter.Bots;
using Exporter.Storage;
using Exporter.Web;
using Exporter.Platform;

namespace Exporter.Configuration;

/// <summary>What no single key can know: the rules between them. Also fills in the defaults that depend on the surroundings.</summary>
internal static class ConfigurationRules
{
    public static void Finish(ExporterOptions options, Func<string, string?> environment, Origins origins, List<ConfigurationError> errors)
    {
        if (options.Web.ListenAddresses.Count == 0 && options.Kestrel?["Endpoints"] is null)
        {
            options.Web.ListenAddresses.Add(WebOptions.DefaultListenAddress);
        }

        var storageByDefault = string.IsNullOrWhiteSpace(options.Storage.Path);
        options.Storage.Path = Path.GetFullPath(storageByDefault ? StorageDirectory.DefaultPath(environment) : options.Storage.Path!);

        Bots(options, origins, errors);
        HealedBots(options, origins, errors);
        Storage(options, storageByDefault, origins, errors);
        ListenAddresses(options, origins, errors);
    }

    private static void Bots(ExporterOptions options, Origins origins, List<ConfigurationError> errors)
    {
        if (options.Bots.Count == 0)
        {
            errors.Add(new("Bots", "no bot to watch. Give --bot DIR or --bot http://HOST:PORT, or list bots in a file given with --config.file."));
        }

        for (var i = 0; i < options.Bots.Count; i++)
        {
            var bot = options.Bots[i];
            var key = $"Bots:{i}";
            bot.Root = string.IsNullOrWhiteSpace(bot.Root) ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(bot.Root));
            bot.Name ??= BotNames.Of(bot);
            if (Patience.Ask(() => File.Exists(bot.Root), otherwise: false))
            {
                errors.Add(new($"{key}:Root", $"\"{bot.Root}\" is a file; it should be the bot's directory.", origins.Of($"{key}:Root")));
            }

            if (bot.Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || (url.UserInfo + url.Query + url.Fragment).Length > 0))
            {
                errors.Add(new(
                    $"{key}:Url",
                    "should be an http or https address without user name, query or fragment, as http://127.0.0.1:8080; credentials belong to User and PasswordFile.",
                    origins.Of($"{key}:Url")));
            }

            errors.AddRange(BotKinds.Validate(bot).Select(sentence => new ConfigurationError(key, sentence, origins.Of(key))));

            var twin = options.Bots.FindIndex(other => other.Name == bot.Name);
            if (twin < i)
            {
                errors.Add(new(
                    $"{key}:Name",
                    $"\"{bot.Name}\" is the name of Bots:{twin} too; every bot needs a name of its own, as --bot NAME=DIR gives it.",
                    origins.Of($"{key}:Name")));
            }
        }
    }

    /// <summary>A misspelt bot under Healing would silently never apply. Actions and checks are held to their names by the section's own rules.</summary>
    private static void HealedBots(ExporterOptions options, Origins origins, List<ConfigurationError> errors)
    {
        var bots = string.Join(", ", options.Bots.Select(bot => bot.Name));
        Known("Healing:Remedies:Bots", options.Healing.Remedies.Bots.Keys);
        Known("Healing:DisabledBots", options.Healing.DisabledBots);

        void Known(string key, IEnumerable<string> names)
        {
            foreach (var name in names.Where(name => options.Bots.TrueForAll(bot => bot.Name != name)))
            {
                errors.Add(new(key, $"\"{name}\" is no bot that is watched; it should be one of {bots}.", origins.Of(key)));
            }
        }
    }

    private static void Storage(ExporterOptions options, bool byDefault, Origins origins, List<ConfigurationError> errors)
    {
        var storage = options.Storage.Path!;
        foreach (var bot in options.Bots.Where(bot => bot.Root.Length > 0))
        {
            if (byDefault && IsWithin(bot.Root, storage))
            {
                errors.Add(new(
                    "Storage:Path",
                    $"the default, {storage}, lies in the directory of the bot {bot.Name}. The exporter writes there only when told so: name a directory with --storage.path."));
            }
            else if (IsWithin(storage, bot.Root))
            {
                errors.Add(new(
                    "Storage:Path",
                    $"\"{storage}\" holds the directory of the bot {bot.Name}, and would be closed to everybody but the exporter; name a directory of its own.",
                    origins.Of("Storage:Path")));
            }
        }
    }

    private static void ListenAddresses(ExporterOptions options, Origins origins, List<ConfigurationError> errors)
    {
        for (var i = 0; i < options.Web.ListenAddresses.Count; i++)
        {
            if (ListenAddress.Parse(options.Web.ListenAddresses[i]) is null)
            {
                errors.Add(new(
                    $"Web:ListenAddresses:{i}",
                    $"\"{options.Web.ListenAddresses[i]}\" should be HOST:PORT with an IP address or localhost, as 127.0.0.1:10042 or [::1]:10042, or :PORT for every address.",
                    origins.Of($"Web:ListenAddresses:{i}")));
            }
        }
    }

    private static bool IsWithin(string directory, string path) =>
        path == directory || path.StartsWith(directory.EndsWith('/') ? directory : $"{directory}/", StringComparison.Ordinal);
}
