using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Healing;
using Exporter.Healing.Engine;
using Exporter.Tests.Healing;

namespace Exporter.Tests.Alertmanager;

public sealed class WebhookEndpointTests
{
    [Fact]
    public async Task A_captured_webhook_is_in_the_ledger_when_it_is_answered_202()
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.PostAsync(WebhookText.Captured);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""{"accepted":1,"duplicate":0,"cooldown":0,"refused":0,"unknown_action":0,"unknown_bot":0,"resolved":0}""", await answer.Content.ReadAsStringAsync());
        var healing = Assert.Single(await server.World.HealingsAsync());
        Assert.Equal(("alpha", "mend", ""), (healing.Bot, healing.Action, healing.Target));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 20, 50, 4, 620, TimeSpan.Zero), healing.AlertStartsAt!.Value);
        Assert.Equal(1, server.World.Metric("tradingbot_webhook_requests_total", ("code", "202")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"version":"4"}""")]
    [InlineData("""{"version":"3","alerts":[]}""")]
    [InlineData("""{"version":4,"alerts":[]}""")]
    [InlineData("""{"version":"4","alerts":{}}""")]
    [InlineData("""{"version":"4","alerts":[null]}""")]
    [InlineData("""{"version":"4","alerts":[{"labels":{"heal":"mend","bot":"alpha"}}]}""")]
    [InlineData("""{"version":"4","alerts":[{"status":"firing","labels":{"heal":5,"bot":"alpha"}}]}""")]
    public async Task What_is_no_webhook_is_400_with_a_sentence_that_says_what_to_mend(string body)
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(400, problem["status"]!.GetValue<int>());
        Assert.EndsWith(".", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(await server.World.HealingsAsync());
    }

    [Fact]
    public async Task Deeply_nested_json_is_400_wherever_it_nests()
    {
        await using var server = await WebhookServer.StartAsync();
        var deep = new string('[', 100_000) + new string(']', 100_000);

        using var answer = await server.PostAsync($$"""{"version":"4","future":{{deep}},"alerts":[]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_is_not_json_is_415(string contentType)
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.PostAsync(WebhookText.Captured, contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task A_compressed_body_is_415_since_unpacking_strangers_bytes_has_no_limit()
    {
        await using var server = await WebhookServer.StartAsync();
        using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var answer = await server.Client.PostAsync("/heal", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_a_mebibyte_is_413_whether_it_says_so_or_not(bool saysSo)
    {
        await using var server = await WebhookServer.StartAsync();
        using var content = new StringContent(new string(' ', 1024 * 1024) + WebhookText.Captured, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/heal") { Content = content };
        request.Headers.TransferEncodingChunked = !saysSo;

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(1, server.World.Metric("tradingbot_webhook_requests_total", ("code", "413")));
    }

    [Fact]
    public async Task Ten_thousand_alerts_in_one_request_are_413_and_none_is_healed()
    {
        await using var server = await WebhookServer.StartAsync();
        var alert = """{"status":"firing","labels":{"heal":"mend","bot":"alpha"}}""";

        using var answer = await server.PostAsync($$"""{"version":"4","alerts":[{{string.Join(',', Enumerable.Repeat(alert, 10_000))}}]}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(await server.World.HealingsAsync());
    }

    [Fact]
    public async Task What_newer_versions_add_is_ignored()
    {
        await using var server = await WebhookServer.StartAsync();
        var newer = JsonNode.Parse(WebhookText.Captured)!.AsObject();
        newer["routeLabels"] = new JsonObject { ["a"] = "b" };
        newer["notification_reason"] = "first";
        newer["alerts"]![0]!["values"] = new JsonArray(1, 2);

        using var answer = await server.PostAsync(newer.ToJsonString());

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Single(await server.World.HealingsAsync());
    }

    [Fact]
    public async Task Label_values_that_look_like_attacks_are_just_unknown_names()
    {
        await using var server = await WebhookServer.StartAsync();
        string[] hostile = ["../../etc/passwd", "$(reboot)", "'; DROP TABLE healings; --", "\"", "a\0b", "{{.}}", new string('x', 200_000), "\ud83d\ude00", "alpha "];
        var alerts = hostile.SelectMany(value => new[] { WebhookText.Alert(bot: value), WebhookText.Alert(heal: value) }).ToArray();

        using var answer = await server.PostAsync(WebhookText.Of(alerts));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Empty(await server.World.HealingsAsync());
        Assert.Equal(hostile.Length, server.World.Metric("tradingbot_alerts_received_total", ("disposition", "unknown_bot")));
        Assert.Equal(hostile.Length, server.World.Metric("tradingbot_alerts_received_total", ("disposition", "unknown_action")));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2030-01-01T00:00:00+14:00")]
    [InlineData("yesterday")]
    [InlineData("")]
    public async Task An_absurd_start_is_no_reason_to_refuse_and_no_recovery_time(string startsAt)
    {
        await using var server = await WebhookServer.StartAsync();
        server.World.Action.OnRun = (_, _) =>
        {
            server.World.Health.Mend("alpha");
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };

        using var answer = await server.PostAsync(WebhookText.Of(WebhookText.Alert(startsAt: startsAt)));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.IsType<Verdict.Healed>(Assert.Single(await server.World.VerdictsAsync()));
        Assert.InRange(server.World.Metric("tradingbot_healing_recovery_seconds_sum", ("action", "mend")), 0, 3_600);
    }

    [Fact]
    public async Task A_watchdog_is_a_heartbeat_and_nothing_more()
    {
        await using var server = await WebhookServer.StartAsync(new HealingWorld(new HealingOptions { Enabled = true }));
        Assert.True(server.World.Engine.AlertingPath.IsSilent);

        using var answer = await server.PostAsync(WebhookText.Of(WebhookText.Alert(bot: "", heal: "", name: "Watchdog")));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.False(server.World.Engine.AlertingPath.IsSilent);
        Assert.Empty(await server.World.HealingsAsync());
        Assert.Equal(server.World.Time.GetUtcNow().ToUnixTimeSeconds(), server.World.Metric("tradingbot_watchdog_last_received_timestamp_seconds"));
    }

    [Fact]
    public async Task A_resolved_watchdog_is_no_heartbeat()
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.PostAsync(WebhookText.Of(WebhookText.Alert(name: "Watchdog", status: "resolved")));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.True(server.World.Engine.AlertingPath.IsSilent);
    }

    [Fact]
    public async Task Alerts_that_Alertmanager_left_out_are_counted()
    {
        await using var server = await WebhookServer.StartAsync();
        var truncated = JsonNode.Parse(WebhookText.Captured)!.AsObject();
        truncated["truncatedAlerts"] = 17;

        using var answer = await server.PostAsync(truncated.ToJsonString());

        Assert.Equal(17, server.World.Metric("tradingbot_alerts_truncated_total"));
    }

    [Fact]
    public async Task A_full_queue_is_503_and_what_it_took_before_is_kept()
    {
        var options = HealingWorld.Enabled();
        options.QueueLength = 2;
        var world = new HealingWorld(options, bots: ["alpha", "beta", "gamma"]);
        var running = new TaskCompletionSource();
        world.Health.OnVerify = (_, _) => running.Task;
        await using var server = await WebhookServer.StartAsync(world);

        using var full = await server.PostAsync(WebhookText.Of([.. world.Bots.Select(bot => WebhookText.Alert(bot: bot, fingerprint: bot))]));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.Equal(2, (await world.HealingsAsync()).Count);
        running.SetResult();
        await world.VerdictsAsync(2);
        using var again = await server.PostAsync(WebhookText.Of(WebhookText.Alert(bot: "gamma", fingerprint: "gamma")));
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact]
    public async Task A_sender_that_stops_in_the_middle_harms_nobody()
    {
        await using var server = await WebhookServer.StartAsync();
        using (var slow = new TcpClient())
        {
            await slow.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await slow.GetStream().WriteAsync("POST /heal HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"vers"u8.ToArray());

            using var other = await server.PostAsync(WebhookText.Captured);

            Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        }

        using var after = await server.PostAsync(WebhookText.Captured);
        Assert.Equal(HttpStatusCode.Accepted, after.StatusCode);
    }

    [Fact]
    public async Task Other_methods_are_not_answered()
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.Client.GetAsync(new Uri("/heal", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }
}
