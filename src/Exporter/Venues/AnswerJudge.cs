using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Exporter.Venues;

/// <summary>
/// Decides by the venue's own rule whether an answer is a success, and else which kind of failure. Pure, and never throws,
/// whatever the bytes are.
/// </summary>
internal static partial class AnswerJudge
{
    public static Verdict Judge(VenuePreset preset, VenueAnswer answer, string? secret)
    {
        // A redirect and these four statuses say enough, whatever the body says.
        if (answer.Status is >= 300 and < 400)
            return new Verdict(ProbeCause.Redirected, $"redirects to {RedirectHost(preset, answer.Location)} (HTTP {answer.Status})");
        if (OfStatus(answer.Status) is { } plain)
            return new Verdict(plain, Quoted($"answered HTTP {answer.Status}", Message(preset, answer, secret))) { BannedUntil = BannedUntil(answer) };
        if (answer.Endless)
            return new Verdict(ProbeCause.InvalidResponse, $"answered HTTP {answer.Status} with more than 1 MiB, which was not read further");
        if (answer.Status == preset.SuccessStatus && preset.SuccessPointer is null)
            return Success(preset, answer, Parse(answer));

        using var json = Parse(answer);
        if (json is null)
        {
            return new Verdict(
                OfFailedStatus(answer) ?? ProbeCause.InvalidResponse,
                Quoted($"answered HTTP {answer.Status} with something that is no JSON", UntrustedText.Clean(answer.Body.Span, secret)));
        }

        var code = JsonPointer.Text(json.RootElement, preset.CodePointer);
        if (answer.Status == preset.SuccessStatus && IsSuccess(preset, json.RootElement))
            return Success(preset, answer, json);

        var cause = code is not null && preset.Codes.TryGetValue(code, out var known) ? known
            : OfFailedStatus(answer) ?? (SpeaksOfMaintenance(answer) ? ProbeCause.Maintenance
            : answer.Status is >= 200 and < 300 && code is null && JsonPointer.Text(json.RootElement, preset.MessagePointer) is null ? ProbeCause.InvalidResponse
            : ProbeCause.BusinessError);
        var what = cause is ProbeCause.InvalidResponse
            ? $"answered HTTP {answer.Status} with JSON that lacks what a success holds ({preset.SuccessPointer})"
            : $"answered HTTP {answer.Status} with {(code is null ? "an error" : $"error code {UntrustedText.Clean(code, secret)}")}";
        return new Verdict(cause, Quoted(what, Message(preset, answer, secret))) { BannedUntil = BannedUntil(answer) };
    }

    private static string? OfStatus(int status) => status switch
    {
        418 => ProbeCause.Banned,
        429 => ProbeCause.RateLimited,
        401 or 403 => ProbeCause.Forbidden,
        451 => ProbeCause.GeoBlocked,
        _ => null,
    };

    private static string? OfFailedStatus(VenueAnswer answer) => answer.Status switch
    {
        503 => ProbeCause.Maintenance,
        // 408: Binance answers so when its backend did not answer in time.
        >= 500 or 408 => SpeaksOfMaintenance(answer) ? ProbeCause.Maintenance : ProbeCause.ServerError,
        _ => null,
    };

    private static bool IsSuccess(VenuePreset preset, JsonElement root) =>
        JsonPointer.Text(root, preset.SuccessPointer!) is { } found && (preset.SuccessValue is null || found == preset.SuccessValue);

    private static Verdict Success(VenuePreset preset, VenueAnswer answer, JsonDocument? json)
    {
        if (preset.TimePointer is { } pointer && json is not null && VenueTime.Parse(JsonPointer.Text(json.RootElement, pointer)) is { } exact)
            return new Verdict(null, "answered") { VenueTime = exact, TimeUncertainty = preset.TimeUncertainty };
        if (answer is { Date: { } date, FromCache: false })
            // The header's second is cut off, so its middle is the best guess.
            return new Verdict(null, "answered") { VenueTime = date + VenueTime.HalfSecond, TimeUncertainty = VenueTime.HalfSecond };
        return new Verdict(null, "answered");
    }

    private static JsonDocument? Parse(VenueAnswer answer)
    {
        // System.Text.Json accepts ill-formed UTF-8 inside strings and throws later, on reading them.
        if (!Utf8.IsValid(answer.Body.Span))
            return null;
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Message(VenuePreset preset, VenueAnswer answer, string? secret)
    {
        using var json = Parse(answer);
        return json is not null && JsonPointer.Text(json.RootElement, preset.MessagePointer) is { } message
            ? UntrustedText.Clean(message, secret)
            : UntrustedText.Clean(answer.Body.Span, secret);
    }

    private static string Quoted(string what, string said) => said.Length == 0 ? what : $"{what}: “{said}”";

    private static string RedirectHost(VenuePreset preset, string? location) =>
        // Only the host: path and query may carry what nobody should log.
        Uri.TryCreate(location, UriKind.Absolute, out var target) && target.Host.Length > 0 ? UntrustedText.Clean(target.IdnHost)
        : location is null ? "nowhere (no Location header)"
        : "another path of its own";

    private static bool SpeaksOfMaintenance(VenueAnswer answer) => Maintenance().IsMatch(Beginning(answer));

    private static DateTimeOffset? BannedUntil(VenueAnswer answer) =>
        BanEnd().Match(Beginning(answer)) is { Success: true } match ? VenueTime.Parse(match.Groups[1].Value) : null;

    private static string Beginning(VenueAnswer answer) => System.Text.Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 4096)]);

    [GeneratedRegex("maintenance|maintaining|system upgrad", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Maintenance();

    /// <summary>Binance: "Way too many requests; IP banned until 1735689600000."</summary>
    [GeneratedRegex("banned until ([0-9]{13})", RegexOptions.CultureInvariant)]
    private static partial Regex BanEnd();
}

/// <summary>What an answer means.</summary>
/// <param name="Cause">Of <see cref="ProbeCause"/>; null for a success.</param>
/// <param name="What">A predicate for a sentence whose subject is the venue.</param>
internal sealed record Verdict(string? Cause, string What)
{
    public DateTimeOffset? VenueTime { get; init; }

    /// <summary>What the resolution of <see cref="VenueTime"/> adds to its error.</summary>
    public TimeSpan TimeUncertainty { get; init; }

    /// <summary>The end of a ban that the body names.</summary>
    public DateTimeOffset? BannedUntil { get; init; }
}

/// <summary>A venue's time as venues write it.</summary>
internal static class VenueTime
{
    public static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500);

    /// <summary>Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart by size, or ISO 8601; else null.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null)
            return null;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var written)
                ? written : null;
        }

        // 1e11 seconds are the year 5138, 1e11 milliseconds 1973: no present time is read wrongly.
        var seconds = number switch
        {
            <= 0 => 0,
            < 1e11m => number,
            < 1e14m => number / 1e3m,
            < 1e17m => number / 1e6m,
            _ => number / 1e9m,
        };
        return seconds is > 0 and < 1e11m ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }
}
