using System.Text;
using CsCheck;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class AnswerJudgeTests
{
    private static readonly VenuePreset[] Presets = [VenuePresets.FindExchange("binance-usdm")!, VenuePresets.FindExchange("blofin")!, VenuePresets.CoinGlass];

    private static Verdict Judge(VenuePreset preset, int status, string body) => AnswerJudge.Judge(preset, new VenueAnswer(status, Encoding.UTF8.GetBytes(body)), null);

    [Theory]
    [InlineData(429, """{"code":-1003,"msg":"Too many requests"}""", "rate_limited")]
    [InlineData(418, """{"code":-1003,"msg":"Way too many requests; IP banned until 1772366400000."}""", "banned")]
    [InlineData(403, "<html>Request blocked</html>", "blocked_by_cdn")]
    [InlineData(451, """{"code":0,"msg":"Service unavailable from a restricted location"}""", "geo_blocked")]
    [InlineData(400, """{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead of the server's time."}""", "business_error")]
    [InlineData(503, """{"code":-1008,"msg":"Server is currently overloaded"}""", "server_error")]
    [InlineData(503, "Service Unavailable.", "server_error")]
    [InlineData(502, "<html>We are under Maintenance</html>", "maintenance")]
    [InlineData(408, "", "timeout")]
    [InlineData(504, "", "timeout")]
    [InlineData(404, "<html>not found</html>", "invalid_response")]
    [InlineData(200, """{"serverTime":null}""", "invalid_response")]
    [InlineData(200, "[]", "invalid_response")]
    [InlineData(200, "", "invalid_response")]
    [InlineData(204, "", "invalid_response")]
    [InlineData(200, "\"\\ud800\"", "invalid_response")]
    [InlineData(304, "", "redirected")]
    public void Binance_is_judged_by_its_own_rule(int status, string body, string cause) =>
        Assert.Equal(cause, Judge(VenuePresets.FindExchange("binance-usdm")!, status, body).Cause);

    [Theory]
    [InlineData("""{"code":500,"data":{},"msg":"server error 1236805249"}""", "business_error")]
    [InlineData("""{"code":"152406","msg":"IP restricted"}""", "business_error")]
    [InlineData("""{"code":"1","msg":"System maintenance until 09:00"}""", "maintenance")]
    [InlineData("""{"msg":"success"}""", "business_error")]
    [InlineData("""{"code":"\udc00"}""", "business_error")]
    public void BloFin_puts_its_errors_into_a_200(string body, string cause) => Assert.Equal(cause, Judge(VenuePresets.FindExchange("blofin")!, 200, body).Cause);

    [Fact]
    public void A_custom_venue_without_a_pointer_is_judged_by_status_alone()
    {
        var custom = new VenuePreset { Name = "custom", Title = "gateway", BaseUrl = null, Path = "/ping", SuccessStatus = 204 };

        Assert.Null(Judge(custom, 204, "").Cause);
        Assert.Equal(ProbeCause.InvalidResponse, Judge(custom, 200, "pong").Cause);
    }

    [Theory]
    [InlineData("1772366400", "2026-03-01T12:00:00Z")]
    [InlineData("1772366400123", "2026-03-01T12:00:00.123Z")]
    [InlineData("1772366400123456", "2026-03-01T12:00:00.123456Z")]
    [InlineData("1772366400123456700", "2026-03-01T12:00:00.1234567Z")]
    [InlineData("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T12:00:00", "2026-03-01T12:00:00Z")]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1e400", null)]
    [InlineData("soon", null)]
    public void A_venue_tells_its_time_in_any_unit(string text, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), VenueTime.Parse(text));

    [Fact]
    public void Whatever_the_answer_is_it_is_judged()
    {
        var json = Gen.OneOf("{", "}", "[", "]", "\"code\"", "\"msg\"", "\"serverTime\"", "\"data\"", ":", ",", "0", "\"0\"", "-1003", "1e999", "\"\\ud800\"", "\"\\u0000\"", "null", " ")
            .Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        Gen.Select(Gen.OneOf(Presets), Gen.Int[100, 599], Gen.OneOf(Gen.Byte.Array[0, 300], json), Gen.String, Gen.Bool)
            .Sample((preset, status, body, header, endless) =>
            {
                var verdict = AnswerJudge.Judge(preset, new VenueAnswer(status, body, endless, header, header), "secret");
                return (verdict.Cause is null || ProbeCause.All.Contains(verdict.Cause))
                    && !verdict.What.Any(char.IsControl)
                    && verdict.What.Length < 600
                    && (verdict.Cause is not null || status == 200);
            });
    }

    [Fact]
    public void Whatever_a_Retry_After_says_the_wait_is_bounded() =>
        Gen.OneOf(Gen.String, Gen.Long.Select(number => $"{number}"), Gen.ULong.Select(number => $"{number}{number}"), Gen.DateTimeOffset.Select(date => $"{date:r}"))
            .Sample(header => RetryAfter.Parse(header, null, Asking.Start) is not { } retry || (retry.Delay > TimeSpan.Zero && retry.Delay <= RetryAfter.Longest));
}
