using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exporter.Healing;

namespace Exporter.Alertmanager;

/// <summary>From a request's body to the alerts that it delivers. What is wrong with a request is a value, with the status that says so.</summary>
internal static class WebhookReader
{
    /// <summary>Alertmanager never retries a 413, so the limit is far above what a group of alerts needs.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public const int MaxAlerts = 2_000;

    private const string Watchdog = "Watchdog";
    private const int MaxFingerprintLength = 64;

    /// <summary>Alerting did not exist before: an earlier time is a mistake or mischief.</summary>
    private static readonly DateTimeOffset _earliest = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<WebhookRequest> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!IsJson(request.ContentType))
            return new WebhookRequest.Broken(StatusCodes.Status415UnsupportedMediaType, "Send Content-Type: application/json, as Alertmanager does.");
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            return new WebhookRequest.Broken(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is: a compressed one is not read.");
        if (request.ContentLength > MaxBodyBytes)
            return TooLarge();

        // One byte more than may come, so that the end is seen.
        var room = (int)(request.ContentLength ?? MaxBodyBytes) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, room), room, throwOnEndOfStream: false, cancellation);
            return length > MaxBodyBytes ? TooLarge() : Parse(buffer.AsSpan(0, length));
        }
        catch (BadHttpRequestException e)
        {
            return new WebhookRequest.Broken(e.StatusCode, Words(e.StatusCode));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static WebhookRequest Parse(ReadOnlySpan<byte> body)
    {
        WebhookPayload? payload;
        try
        {
            payload = JsonSerializer.Deserialize(body, WebhookJsonContext.Default.WebhookPayload);
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {e.BytePositionInLine + 1})") : "";
            return Malformed($"The body is no webhook that can be read{place}: it must be the JSON that Alertmanager sends, at most 8 levels deep.");
        }

        if (payload is null)
            return Malformed("The body is null: it must be the JSON object that Alertmanager sends.");
        if (payload.Version != "4")
            return Malformed("The webhook's \"version\" must be \"4\", which Alertmanager has sent since 0.5.");
        if (payload.Alerts is not { } alerts)
            return Malformed("The webhook has no \"alerts\".");
        if (alerts.Count > MaxAlerts)
        {
            return new WebhookRequest.Broken(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture,
                $"{alerts.Count} alerts in one request, and at most {MaxAlerts} are read. Group by bot and heal, or set max_alerts in the receiver's webhook_configs."));
        }

        List<ReceivedAlert> received = [];
        var watchdogs = 0;
        foreach (var alert in alerts)
        {
            if (alert?.Status is not ("firing" or "resolved"))
                return Malformed("Each alert's \"status\" must be \"firing\" or \"resolved\".");
            if (alert.Label("alertname") == Watchdog)
                watchdogs += alert.Status == "firing" ? 1 : 0;
            else
                received.Add(Received(alert));
        }

        return new WebhookRequest.Read(received, watchdogs > 0, Math.Max(0, payload.TruncatedAlerts));
    }

    private static ReceivedAlert Received(WebhookAlert alert) => new(
        alert.Label("heal"),
        alert.Label("bot"),
        alert.Fingerprint is { Length: > 0 and <= MaxFingerprintLength } given && given.All(char.IsAsciiLetterOrDigit) ? given : FingerprintOf(alert),
        alert.Status == "firing",
        Time(alert.StartsAt),
        Time(alert.EndsAt));

    /// <summary>For a sender without (sane) fingerprints: the same labels, the same alert. Longer than Alertmanager's, so never equal to one.</summary>
    private static string FingerprintOf(WebhookAlert alert)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in (alert.Labels ?? []).OrderBy(label => label.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{value}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Null for a time that nobody can mean.</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time >= _earliest
            ? time
            : null;

    private static bool IsJson(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) == true;

    private static WebhookRequest.Broken TooLarge() => new(StatusCodes.Status413PayloadTooLarge,
        "The body is larger than 1 MiB. Group by bot and heal, or set max_alerts in the receiver's webhook_configs.");

    private static WebhookRequest.Broken Malformed(string detail) => new(StatusCodes.Status400BadRequest, detail);

    private static string Words(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "The body came too slowly.",
        StatusCodes.Status413PayloadTooLarge => TooLarge().Detail,
        _ => "The request's body ended too early or is no valid HTTP.",
    };
}

/// <summary>A webhook, or what is wrong with it.</summary>
internal abstract record WebhookRequest
{
    private WebhookRequest()
    {
    }

    /// <param name="Watchdog">The heartbeat of the alerting path was among the alerts.</param>
    /// <param name="Truncated">Alerts that Alertmanager left out because of its <c>max_alerts</c>.</param>
    public sealed record Read(IReadOnlyList<ReceivedAlert> Alerts, bool Watchdog, long Truncated) : WebhookRequest;

    public sealed record Broken(int Status, string Detail) : WebhookRequest;
}
