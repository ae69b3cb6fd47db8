using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exporter.Healing;
using Exporter.Healing.Ledger;

namespace Exporter.Web.Api;

/// <summary>The query of <c>/api/v1/healings</c>: bot, action, outcome, since, cursor, limit. An unknown or wrong one is a mistake, never ignored.</summary>
internal static class HealingQueryReader
{
    private static readonly string[] _names = ["bot", "action", "outcome", "since", "cursor", "limit"];

    public static bool TryRead(IQueryCollection query, out HealingQuery read, [NotNullWhen(false)] out string? mistake)
    {
        read = new HealingQuery(Text(query, "bot"), Text(query, "action"), Text(query, "outcome"));
        mistake = null;
        if (query.Keys.FirstOrDefault(key => !_names.Contains(key)) is not null)
            mistake = $"The query knows {string.Join(", ", _names)}, and nothing else.";
        else if (read.Outcome is { } outcome && !IsState(outcome))
            mistake = $"outcome is one of {string.Join(", ", Verdict.Outcomes)}, or accepted, running, verifying.";
        else if (Text(query, "since") is { } since && !TryTime(since, ref read))
            mistake = "since is a time such as 2026-01-31T12:00:00Z.";
        else if (Text(query, "cursor") is { } cursor && !TryCursor(cursor, ref read))
            mistake = "cursor is the next_cursor of an earlier answer.";
        else if (Text(query, "limit") is { } limit && !TryLimit(limit, ref read))
            mistake = $"limit is a number from 1 to {HealingHistory.MaxLimit - 1}.";
        return mistake is null;
    }

    private static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    private static bool IsState(string word) => Verdict.Outcomes.Contains(word) || word is "accepted" or "running" or "verifying";

    private static bool TryTime(string text, ref HealingQuery read)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        read = read with { Since = time };
        return true;
    }

    private static bool TryCursor(string text, ref HealingQuery read)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
            return false;
        read = read with { Before = before };
        return true;
    }

    private static bool TryLimit(string text, ref HealingQuery read)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit is < 1 or >= HealingHistory.MaxLimit)
            return false;
        read = read with { Limit = limit };
        return true;
    }
}
