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
    /// <summary>Where venues put the code of an error, and its text: the first that is there counts.</summary>
    private static readonly string[] _codePointers = ["/code", "/retCode", "/err-code", "/error/code", "/error/0", "/errors/0/id", "/label", "/error"];

    private static readonly string[] _messagePointers = ["/msg", "/message", "/retMsg", "/err-msg", "/error/message", "/error/0", "/detail", "/error"];

    /// <summary>Any of these says that the venue answered in order, with an error inside.</summary>
    private static readonly string[] _errorKeys = ["code", "msg", "error", "errors", "label", "err-code", "error_response", "response"];

    public static Verdict Judge(VenuePreset preset, VenueAnswer answer, string? secret)
    {
        if (answer.Status is >= 300 and < 400)
        {
            return new Verdict(ProbeCause.Redirected, $"redirects to {RedirectHost(answer.Location)} (HTTP {answer.Status})");
        }

        using var json = Parse(answer);
        var said = new Said(answer, json?.RootElement, secret);
        foreach (var rule in preset.Limits)
        {
            if (said.Holds(rule))
            {
                return new Verdict(rule.Cause, said.InWords())
                {
                    BannedUntil = said.Until(rule),
                    Wait = said.Wait(rule),
                    BackOff = rule.BackOffSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                };
            }
        }

        var cause = OfStatus(preset, said);
        if (cause is not null)
        {
            return new Verdict(cause, said.InWords()) { BannedUntil = cause is ProbeCause.Banned or ProbeCause.RateLimited ? said.BanEnd() : null };
        }

        if (answer.Endless)
        {
            return new Verdict(ProbeCause.InvalidResponse, $"answered HTTP {answer.Status} with more than 1 MiB, which was not read further");
        }

        if (answer.Status != preset.SuccessStatus)
        {
            return new Verdict(ProbeCause.InvalidResponse, said.InWords());
        }

        if (preset.Ok.IsEmpty)
        {
            return Success(preset, answer, json);
        }

        if (json is null)
        {
            return new Verdict(ProbeCause.InvalidResponse, said.InWords());
        }

        if (preset.Ok.FirstOrDefault(rule => !JsonRules.Holds(json.RootElement, rule)) is not { } broken)
        {
            return Success(preset, answer, json);
        }

        // Something stands where a success is told, or the answer bears an error: the venue answered in order.
        return SpeaksOfMaintenance(answer) ? new Verdict(ProbeCause.Maintenance, said.InWords())
            : preset.Ok.Any(rule => JsonPointer.Find(json.RootElement, rule.At) is not null) || said.BearsError(_errorKeys)
                ? new Verdict(ProbeCause.BusinessError, said.InWords())
            : new Verdict(ProbeCause.InvalidResponse, said.Quoted($"answered HTTP {answer.Status} with JSON that lacks what a success holds ({broken.At})"));
    }

    /// <summary>What a status means that no rule of the preset names; null for one that may be a success.</summary>
    private static string? OfStatus(VenuePreset preset, Said said) => said.Status switch
    {
        418 => ProbeCause.Banned,
        429 => ProbeCause.RateLimited,
        451 => ProbeCause.GeoBlocked,
        408 or 504 => ProbeCause.Timeout,
        >= 500 => SpeaksOfMaintenance(said.Answer) ? ProbeCause.Maintenance : ProbeCause.ServerError,
        401 or 403 when preset.KeyHeader is not null => ProbeCause.Forbidden,
        >= 400 when said.Json is not null => ProbeCause.BusinessError,
        401 or 404 or 405 => ProbeCause.InvalidResponse,
        >= 400 => ProbeCause.BlockedByCdn,
        _ => null,
    };

    private static Verdict Success(VenuePreset preset, VenueAnswer answer, JsonDocument? json)
    {
        var success = new Verdict(null, "answered") { Maintenance = json is null ? null : MaintenanceState.Of(preset.Maintenance, json.RootElement) };
        if (preset.Time is { Coarse: false, Path: null } clock && json is not null
            && VenueTime.Parse(JsonPointer.Text(json.RootElement, clock.At)) is { } exact)
        {
            return success with { VenueTime = exact, TimeUncertainty = TimeSpan.FromMilliseconds(clock.ResolutionMs / 2.0) };
        }

        return answer is { Date: { } date, FromCache: false }
            // The header's second is cut off, so its middle is the best guess.
            ? success with { VenueTime = date + VenueTime.HalfSecond, TimeUncertainty = VenueTime.HalfSecond }
            : success;
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

    private static string RedirectHost(string? location) =>
        // Only the host: path and query may carry what nobody should log.
        Uri.TryCreate(location, UriKind.Absolute, out var target) && target.Host.Length > 0 ? UntrustedText.Clean(target.IdnHost)
        : location is null ? "nowhere (no Location header)"
        : "another path of its own";

    private static bool SpeaksOfMaintenance(VenueAnswer answer) => Maintenance().IsMatch(Beginning(answer));

    private static string Beginning(VenueAnswer answer) => System.Text.Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 4096)]);

    [GeneratedRegex("maintenance|maintaining|system upgrad", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Maintenance();

    /// <summary>Binance: "Way too many requests; IP banned until 1735689600000."</summary>
    [GeneratedRegex("banned until ([0-9]{13})", RegexOptions.CultureInvariant)]
    private static partial Regex BanEnd();

    /// <summary>An answer, read once: what it says, and which rules hold of it.</summary>
    private sealed record Said(VenueAnswer Answer, JsonElement? Json, string? Secret)
    {
        private string? _text;

        public int Status => Answer.Status;

        private string Text => _text ??= System.Text.Encoding.UTF8.GetString(Answer.Body.Span);

        public bool Holds(RefusalRule rule) =>
            (rule.Status is not { } statuses || statuses.Contains(Status))
            && (rule.Contains is not { } text || Text.Contains(text, StringComparison.Ordinal))
            && (rule.At is not { } pointer || (Json is { } json && JsonRules.IsOneOf(json, pointer, rule.In ?? [])))
            && (rule.Header is not { } headers || headers.All(wanted => Answer.Header(wanted.Key) == wanted.Value));

        public DateTimeOffset? Until(RefusalRule rule)
        {
            var at = rule.UntilAfter is { } before ? Text.IndexOf(before, StringComparison.Ordinal) : -1;
            if (at < 0)
            {
                return null;
            }

            var digits = Text[(at + rule.UntilAfter!.Length)..].TakeWhile(char.IsAsciiDigit).Take(20).ToArray();
            return VenueTime.Parse(new string(digits));
        }

        public TimeSpan? Wait(RefusalRule rule) =>
            rule.WaitPointer is { } pointer && Json is { } json
                && double.TryParse(JsonPointer.Text(json, pointer), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                    ? TimeSpan.FromSeconds(Math.Min(Math.Ceiling(seconds), RetryAfter.Longest.TotalSeconds))
                    : null;

        public DateTimeOffset? BanEnd() =>
            AnswerJudge.BanEnd().Match(Beginning(Answer)) is { Success: true } match ? VenueTime.Parse(match.Groups[1].Value) : null;

        public bool BearsError(string[] keys) =>
            Json is { ValueKind: JsonValueKind.Object } json && keys.Any(key => JsonPointer.Find(json, $"/{key}") is not null);

        /// <summary>A predicate whose subject is the venue, with its own code and words.</summary>
        public string InWords()
        {
            if (Json is not { } json)
            {
                return Quoted($"answered HTTP {Status}{(Answer.Body.IsEmpty || Status >= 400 ? "" : " with something that is no JSON")}");
            }

            var code = First(json, _codePointers);
            return Quoted(code is null ? $"answered HTTP {Status}" : $"answered HTTP {Status} with error code {UntrustedText.Clean(code, Secret)}");
        }

        public string Quoted(string what)
        {
            var said = Json is { } json && First(json, _messagePointers) is { } message
                ? UntrustedText.Clean(message, Secret)
                : UntrustedText.Clean(Answer.Body.Span, Secret);
            return said.Length == 0 ? what : $"{what}: “{said}”";
        }

        private static string? First(JsonElement json, string[] pointers)
        {
            foreach (var pointer in pointers)
            {
                if (JsonPointer.Find(json, pointer) is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Array) })
                {
                    return JsonPointer.Text(json, pointer);
                }
            }

            return null;
        }
    }
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

    /// <summary>How long nobody asks, as the body says.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>How long nobody asks at least, by the venue's rules, where the answer does not say.</summary>
    public TimeSpan? BackOff { get; init; }

    /// <summary>Whether the venue is, or will be, in maintenance, where this answer tells it.</summary>
    public MaintenanceState? Maintenance { get; init; }
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
