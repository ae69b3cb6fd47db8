using System.Globalization;
using Exporter.Checks;
using Exporter.Evaluation;

namespace Exporter.Web;

/// <summary>Times and states in the words that the page and the terminal share.</summary>
public static class Phrases
{
    /// <summary>"12 s", "4 min", "2 h 05 min", "3 d 4 h": two units at most, never negative.</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.Zero)
        {
            span = TimeSpan.Zero;
        }

        return span switch
        {
            { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s"),
            { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min"),
            { TotalHours: < 24 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h"),
        };
    }

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => $"{Duration(now - then)} ago";

    /// <summary>The bot's state as its owner would say it.</summary>
    public static string State(Health health) => health switch
    {
        Health.Healthy => "trading",
        Health.Warning => "degraded",
        _ => "blocked",
    };

    public static string Status(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        CheckStatus.Critical => "critical",
        _ => "unknown",
    };

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

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
