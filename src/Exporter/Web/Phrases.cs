using System.Globalization;

namespace Exporter.Web;

/// <summary>Tries in the words that the page and the terminal share.</summary>
public static class Phrases
{
    /// <summary>Which try a healing is and who asked for it: "attempt 2, by Alertmanager", "dry run, by hand". Attempt 0: none was made.</summary>
    public static string Try(int attempt, bool dryRun, string trigger)
    {
        var who = trigger switch
        {
            "manual" => "by hand",
            "alertmanager" => "by Alertmanager",
            "autonomous" => "by the exporter",
            "retry" => "as a retry",
            "order" => "as the next in order",
            _ => $"by {trigger}",
        };
        return dryRun ? $"dry run, {who}" : attempt > 0 ? string.Create(CultureInfo.InvariantCulture, $"attempt {attempt}, {who}") : who;
    }
}
