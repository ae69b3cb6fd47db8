using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Exporter.Bots.Kinds.Freqtrade;

/// <summary>What only this kind of bot has.</summary>
public sealed class FreqtradeOptions
{
    [Description("The bot's database; default: the newest tradesv3*.sqlite in its directory.")]
    public string? Database { get; set; }

    [Description("The bot's log file, as its --logfile says; default: logs/freqtrade.log in its directory.")]
    public string? LogFile { get; set; }

    [Description("What its owner believes: live or paper. A bot that runs otherwise is critical.")]
    [RegularExpression("^(live|paper)$", ErrorMessage = "live or paper")]
    public string? Expect { get; set; }

    [Description("Parts of exceptions after which the bot may be started again by start_bot, once a day; default none: it never is.")]
    public List<string>? StartAfter { get; set; }

    [Description("True where the password of the bot's API may cross an open network in plain HTTP.")]
    public bool PlainHttp { get; set; }
}
