using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Bots;

/// <summary>
/// One bot to watch: what every bot has, then one section a kind. Collections are null or empty by default, since the reader of
/// configuration adds to what is there: the kind applies its own defaults where nothing is said.
/// </summary>
public class BotOptions
{
    [Description("The value of the label bot; the root's last directory name, or the address, when empty.")]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", ErrorMessage = "letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 63 of them")]
    public string? Name { get; set; }

    [Description("Which kind of bot it is. Empty: detected by what is found at its place.")]
    public string Kind { get; set; } = "";

    [Description("The bot's directory; a relative one counts from the working directory.")]
    public string Root { get; set; } = "";

    [Description("Where the bot's own API answers, such as http://127.0.0.1:8080.")]
    public Uri? Url { get; set; }

    [Description("The user name of the bot's API.")]
    public string? User { get; set; }

    [Description("A file that holds the password of the bot's API and nothing else.")]
    public string? PasswordFile { get; set; }

    [Description("The exchange that the bot trades on, as a preset. Default: what the bot itself says, or its kind.")]
    public string? Exchange { get; set; }

    [Description("The time zone of the times that the bot writes without one, such as UTC or Europe/Berlin.")]
    public string? Zone { get; set; }

    [Description("The configuration files that the bot needs; null means the kind's own.")]
    public List<ConfigFileOptions>? Configs { get; set; }

    [Description("Files that the bot's user must be able to read and write; null means the kind's own. A path below the root, or absolute.")]
    public List<string>? CriticalFiles { get; set; }

    [Description("The user that the bot runs as, by name or number; the owner of the root when empty.")]
    public string? BotUser { get; set; }

    [Description("What only bots of the kind feature-store have.")]
    public FeatureStoreOptions FeatureStore { get; set; } = new();

    [Description("What only bots of the kind freqtrade have.")]
    public FreqtradeOptions Freqtrade { get; set; } = new();

    /// <summary>Where it may live. An address goes before a directory: it is the bot itself that answers there.</summary>
    internal BotPlace? Place() => Url is { } url ? new BotPlace.Address(url) : Root.Length > 0 ? new BotPlace.Directory(Root) : null;

    /// <summary>What may be shown to a kind that has not recognised its bot yet.</summary>
    internal BotOptions WithoutCredentials()
    {
        var copy = (BotOptions)MemberwiseClone();
        (copy.User, copy.PasswordFile) = (null, null);
        return copy;
    }
}

/// <summary>A configuration file that the bot cannot trade without.</summary>
public sealed class ConfigFileOptions : IValidatableObject
{
    [Description("What labels and sentences call it; default: the file as given.")]
    public string? Name { get; set; }

    [Description("Below the bot's root, or absolute.")]
    public string File { get; set; } = "";

    [Description("JSON pointers, such as /exchange/name, to what must be there.")]
    public List<string>? Required { get; set; }

    [Description("JSON pointer to the value that decides between paper and real money; default /mode.")]
    public string? Mode { get; set; }

    [Description("The values there that put real money at stake, of any JSON type; default \"live\".")]
    public List<ConfigValue>? Live { get; set; }

    [Description("What the bot's own loader takes for JSON; any: comments, trailing commas and Python's NaN and Infinity.")]
    public ConfigSyntax Syntax { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var pointer in (Required ?? []).Append(Mode ?? "/mode").Where(pointer => !pointer.StartsWith('/')))
        {
            yield return new ValidationResult($"'{pointer}' is no JSON pointer: it begins with a slash, such as /exchange/name.");
        }
    }
}
