using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Exporter.EndToEnd.Chaos;

/// <summary>Sends what Alertmanagers send: alerts, the same ones again, several at once, resolved ones between; and remembers what was answered 202.</summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly string[] Actions = ["restore_config", "refresh_intelligence", "refresh_coinglass", "retry_network", "verify_kill_switch", "suggest_position_exits"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ExporterLives _lives;
    private readonly string _bot;
    private readonly List<(string Action, string Fingerprint, DateTimeOffset StartsAt)> _sent = [];
    private int _next;

    public WebhookSender(ExporterLives lives, string bot, string token)
    {
        (_lives, _bot) = (lives, bot);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Fingerprints of firing alerts whose webhook was answered 202.</summary>
    public ConcurrentDictionary<string, bool> Accepted { get; } = [];

    public ConcurrentQueue<string> Violations { get; } = new();

    public int ComeAgain { get; private set; }

    public async Task SendAsync(Random dice, CancellationToken cancellation)
    {
        await dice.BetweenAsync(0.02, 0.3, cancellation);
        var firing = _sent.Count == 0 || dice.Next(4) > 0;
        var alerts = Enumerable.Range(0, dice.Next(1, 4)).Select(_ => Alert(dice, firing)).ToList();
        var life = _lives.Life;
        try
        {
            var status = await PostAsync(alerts.Select(alert => Json(alert, firing)), cancellation);
            if (status == HttpStatusCode.Accepted)
            {
                alerts.ForEach(alert => Accepted.TryAdd(firing ? alert.Fingerprint : "", true));
            }
            else if (status == HttpStatusCode.ServiceUnavailable)
            {
                ComeAgain++;
            }
            else if (_lives.IsSame(life))
            {
                Violations.Enqueue($"A webhook was answered {(int)status}.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            if (_lives.IsSame(life))
            {
                Violations.Enqueue($"A webhook failed while the exporter was up: {e.Message}");
            }
        }
    }

    /// <summary>One alert of its own, until it is taken.</summary>
    public async Task<bool> IsTakenAsync() =>
        await PostAsync([Json(("suggest_position_exits", "ffffffffffffffff", DateTimeOffset.UtcNow), true)], CancellationToken.None) == HttpStatusCode.Accepted;

    public void Dispose() => _http.Dispose();

    private (string Action, string Fingerprint, DateTimeOffset StartsAt) Alert(Random dice, bool firing)
    {
        if (!firing || (_sent.Count > 0 && dice.Next(3) == 0))
        {
            return _sent[dice.Next(_sent.Count)];
        }

        var alert = (dice.One(Actions), (++_next).ToString("x16", System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow);
        _sent.Add(alert);
        return alert;
    }

    private JsonObject Json((string Action, string Fingerprint, DateTimeOffset StartsAt) alert, bool firing) => new()
    {
        ["status"] = firing ? "firing" : "resolved",
        ["labels"] = new JsonObject { ["alertname"] = "Chaos", ["bot"] = _bot, ["heal"] = alert.Action },
        ["startsAt"] = alert.StartsAt.ToString("O"),
        ["endsAt"] = firing ? "0001-01-01T00:00:00Z" : DateTimeOffset.UtcNow.ToString("O"),
        ["fingerprint"] = alert.Fingerprint,
    };

    private async Task<HttpStatusCode> PostAsync(IEnumerable<JsonObject> alerts, CancellationToken cancellation)
    {
        var payload = new JsonObject { ["version"] = "4", ["status"] = "firing", ["alerts"] = new JsonArray([.. alerts]) };
        using var content = new StringContent(payload.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(_lives.Address, "/heal"), content, cancellation);
        return answer.StatusCode;
    }
}
