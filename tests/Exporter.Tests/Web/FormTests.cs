using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Exporter.Tests.Web;

/// <summary>The forms of the page before anybody has signed in: whatever comes is answered with what is wrong with it, never with a defect.</summary>
public sealed class FormTests : IDisposable
{
    private readonly Exporter.Tests.Bots.FeatureStoreFixture _bot = Exporter.Tests.Bots.FeatureStoreFixture.With();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task A_body_that_is_no_small_form_is_refused_and_never_a_defect()
    {
        await using var exporter = await Commands.RunningExporter.StartAsync(_bot.Root);
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = exporter.Http.BaseAddress };
        const string urlencoded = "application/x-www-form-urlencoded";
        (string Body, string? Type, HttpStatusCode Wanted)[] bodies =
        [
            ("{}", "application/json", HttpStatusCode.UnsupportedMediaType),
            ("token=x", null, HttpStatusCode.UnsupportedMediaType),
            ("--b\r\nx", "multipart/form-data; boundary=b", HttpStatusCode.UnsupportedMediaType),
            ("--b\r\nx", "multipart/form-data", HttpStatusCode.UnsupportedMediaType),
            ("token=x", urlencoded + "; charset=utf-7", HttpStatusCode.UnsupportedMediaType),
            (string.Join('&', Enumerable.Range(0, 1_024).Select(i => $"k{i}=v")), urlencoded, HttpStatusCode.BadRequest),
            ("token=" + new string('a', 9_000), urlencoded, HttpStatusCode.RequestEntityTooLarge),
            ("token=%00", urlencoded, HttpStatusCode.BadRequest),
            ("token=wrong", urlencoded, HttpStatusCode.Unauthorized),
            ("", urlencoded, HttpStatusCode.Unauthorized),
        ];
        foreach (var (body, type, wanted) in bodies)
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            using var answer = await stranger.PostAsync("ui/sign-in", content);

            Assert.True(wanted == answer.StatusCode, $"{type}: {(int)answer.StatusCode} for {body[..Math.Min(40, body.Length)]}");
        }

        var metrics = await stranger.GetStringAsync("metrics");
        Assert.Contains("tradingbot_exporter_http_request_duration_seconds_count{code=\"415\",endpoint=\"/ui/sign-in\"} 5\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("code=\"500\"", metrics, StringComparison.Ordinal);
        Assert.Contains("tradingbot_exporter_wrong_tokens_total 2\n", metrics, StringComparison.Ordinal);
    }
}
