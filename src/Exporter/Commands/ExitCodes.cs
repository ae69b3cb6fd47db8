using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Web.Api;

namespace Exporter.Commands;

/// <summary>How the program ends. Those of <c>check</c> follow the convention of monitoring plugins, the others <c>sysexits.h</c>.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary><c>serve</c> could not start or had to stop: an address in use, a storage directory that another process holds.</summary>
    public const int Failure = 1;

    public const int CheckWarning = 1;

    public const int CheckCritical = 2;

    /// <summary>Unknown, or the check could not be made.</summary>
    public const int CheckUnknown = 3;

    /// <summary>The verdict on a snapshot. What cannot be seen weighs more than a warning: it may hide anything.</summary>
    public static int Of(Snapshot snapshot)
    {
        var statuses = snapshot.Bots.SelectMany(bot => bot.Checks).Where(check => check.Result.Enabled).Select(check => check.Result.Status).ToHashSet();
        return statuses.Contains(CheckStatus.Critical) ? CheckCritical
            : statuses.Contains(CheckStatus.Unknown) ? CheckUnknown
            : statuses.Contains(CheckStatus.Warning) ? CheckWarning
            : Success;
    }

    /// <summary><c>heal</c>: the action was tried, and the check still fails.</summary>
    public const int HealingFailed = 1;

    /// <summary><c>heal</c>: nothing was done, by a guard rail, a rule of the action, or because it only suggests.</summary>
    public const int HealingNotDone = 2;

    /// <summary>The verdict on a healing. A dry run has done its work when it has spoken.</summary>
    public static int Of(HealingDocument healing) => healing.Outcome switch
    {
        "healed" or "cancelled" => Success,
        "suggested" when healing.DryRun => Success,
        "failed" => HealingFailed,
        _ => HealingNotDone,
    };

    /// <summary>EX_UNAVAILABLE: the exporter could not be asked, or would not.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_USAGE: the command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>EX_CONFIG: the configuration is wrong.</summary>
    public const int Configuration = 78;
}
