using System.Text;
using System.Text.Json;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class VenuePresetsTests
{
    /// <summary>What each venue answers when it is well, in its own shape.</summary>
    private static readonly Dictionary<string, string> Well = new(StringComparer.Ordinal)
    {
        ["binance"] = """{"serverTime":1772366400000}""",
        ["bybit"] = """{"retCode":0,"retMsg":"OK","result":{"timeSecond":"1772366400","timeNano":"1772366400123456789"},"retExtInfo":{},"time":1772366400123}""",
        ["okx"] = """{"code":"0","data":[{"ts":"1772366400123"}],"msg":""}""",
        ["kraken"] = """{"error":[],"result":{"status":"online","timestamp":"2026-03-01T12:00:00Z"}}""",
        ["kucoin"] = """{"code":"200000","data":1772366400000}""",
        ["bitget"] = """{"code":"00000","msg":"success","requestTime":1772366400000,"data":{"serverTime":"1772366400000"}}""",
        ["bingx"] = """{"code":0,"msg":"","data":{"serverTime":1772366400000}}""",
        ["mexc"] = """{"serverTime":1772366400000}""",
        ["blofin"] = """{"code":"0","msg":"success","data":[{"instId":"BTC-USDT","indexPrice":"1","markPrice":"1","ts":"1772366400000"}]}""",
        ["hyperliquid"] = """{"time":1772366400000,"specialStatuses":null}""",
        ["deribit"] = """{"jsonrpc":"2.0","result":1772366400000,"testnet":false,"usIn":1772366400000000,"usOut":1772366400000001,"usDiff":1}""",
        ["bitmart"] = """{"message":"OK","code":1000,"trace":"t","data":{"server_time":1772366400000}}""",
    };

    public static TheoryData<string> Answering => [.. Well.Keys];

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_venue_that_is_well_is_called_well_by_its_own_rule_and_an_empty_cut_or_foreign_body_never(string venue)
    {
        var preset = VenuePresets.FindExchange(venue)!;
        var body = Well[venue];

        Assert.Null(Judge(preset, 200, body).Cause);
        Assert.Equal(ProbeCause.InvalidResponse, Judge(preset, 200, "").Cause);
        Assert.Equal(ProbeCause.InvalidResponse, Judge(preset, 200, body[..^2]).Cause);
        Assert.Equal(ProbeCause.InvalidResponse, Judge(preset, 200, "<html>Just a moment</html>").Cause);
        Assert.NotNull(Judge(preset, 200, "{}").Cause);
        Assert.NotNull(Judge(preset, 200, "null").Cause);
    }

    [Theory]
    [InlineData("bybit", 403, """{"retCode":10024,"retMsg":"The CloudFront distribution is configured to block access from your country."}""", "geo_blocked")]
    [InlineData("bybit", 403, "access too frequent", "banned")]
    [InlineData("bybit", 403, "<html>Access denied</html>", "blocked_by_cdn")]
    [InlineData("bybit", 200, """{"retCode":10006,"retMsg":"Too many visits!"}""", "rate_limited")]
    [InlineData("bybit", 200, """{"retCode":"0","time":1772366400123}""", "business_error")]
    [InlineData("okx", 429, """{"code":"50011","msg":"Too Many Requests","data":[]}""", "rate_limited")]
    [InlineData("okx", 503, """{"code":"50001","msg":"Service temporarily unavailable","data":[]}""", "server_error")]
    [InlineData("kraken", 200, """{"error":["EService:Unavailable"]}""", "server_error")]
    public void A_refusal_is_named_by_the_venues_own_words(string venue, int status, string body, string cause) =>
        Assert.Equal(cause, Judge(VenuePresets.FindExchange(venue)!, status, body).Cause);

    [Fact]
    public void A_ban_that_names_its_end_is_waited_out()
    {
        var verdict = Judge(VenuePresets.FindExchange("binance")!, 418, """{"code":-1003,"msg":"Way too many requests; IP banned until 1772370000000. Please use the websocket."}""");

        Assert.Equal((ProbeCause.Banned, DateTimeOffset.FromUnixTimeMilliseconds(1772370000000)), (verdict.Cause, verdict.BannedUntil));
    }

    [Theory]
    [InlineData("bybit", """{"retCode":0,"result":{"list":[]}}""", "Healthy")]
    [InlineData("bybit", """{"retCode":0,"result":{"list":[{"state":"completed"},{"state":"scheduled","begin":"1772370000000","end":"1772373600000"}]}}""", "Announced")]
    [InlineData("bybit", """{"retCode":0,"result":{"list":[{"state":"ongoing"},{"state":"scheduled"}]}}""", "Maintenance")]
    [InlineData("bybit", """{"retCode":0,"result":{"list":[{"state":"a word of tomorrow"}]}}""", "Degraded")]
    [InlineData("kraken", """{"error":[],"result":{"status":"cancel_only"}}""", "Degraded")]
    [InlineData("kraken", """{"error":[],"result":{"status":"maintenance"}}""", "Maintenance")]
    [InlineData("hyperliquid", """{"time":1,"specialStatuses":null}""", "Healthy")]
    [InlineData("hyperliquid", """{"time":1,"specialStatuses":[]}""", "Degraded")]
    [InlineData("deribit", """{"result":{"locked":"partial"}}""", "Degraded")]
    [InlineData("deribit", """{"result":{"locked":false}}""", "Healthy")]
    public void Maintenance_is_read_where_the_venue_tells_it(string venue, string body, string level)
    {
        var preset = VenuePresets.FindExchange(venue)!;

        using var json = JsonDocument.Parse(body);

        Assert.Equal(level, MaintenanceState.Of(preset.Maintenance, json.RootElement)?.Level.ToString());
    }

    [Fact]
    public void There_are_twenty_five_and_each_names_its_source_and_what_must_stand_in_its_answer()
    {
        Assert.Equal(25, VenuePresets.Exchanges.Length);
        Assert.All(VenuePresets.Exchanges, preset =>
        {
            Assert.NotEmpty(preset.Source!);
            Assert.NotEmpty(preset.Ok);
            Assert.Equal(Uri.UriSchemeHttps, preset.BaseUrl!.Scheme);
            Assert.InRange(preset.MinIntervalSeconds, 15, 60);
            Assert.All(preset.Limits, rule => Assert.Contains(rule.Cause, ProbeCause.All));
            Assert.True(preset.MaintenanceOf is null || VenuePresets.FindExchange(preset.MaintenanceOf) is not null, preset.Name);
        });
    }

    /// <summary>Every exchange that freqtrade 2026.9 and hummingbot of July 2026 name, with their aliases and what they called them before.</summary>
    [Theory]
    [InlineData("binance binanceus binanceusdm bingx bitget bybit bybiteu gate gateeu htx hyperliquid kraken krakenfutures okx myokx")]
    [InlineData("gateio huobi huboi okex okxus kucoin kucoineu kucoinfutures coinbase coinbasepro coinbaseadvanced coinbaseexchange binancecoinm bybitid bitmart mexc mexc3 deribit blofin")]
    [InlineData("binance_perpetual binance_perpetual_testnet binance_us bing_x bitget_perpetual bitmart_perpetual bybit_testnet bybit_perpetual bybit_perpetual_testnet coinbase_advanced_trade gate_io gate_io_perpetual")]
    [InlineData("hyperliquid_testnet hyperliquid_perpetual hyperliquid_perpetual_testnet kucoin_hft kucoin_perpetual okx_perpetual kraken_paper_trade Binance OKX")]
    public void Every_name_that_bots_give_an_exchange_has_a_preset(string names) =>
        Assert.All(names.Split(' '), name => Assert.NotNull(VenuePresets.OfBot(name, futures: false)));

    [Theory]
    [InlineData("bitvavo coinex cryptocom hitbtc idex lbank luno modetrade binanceje bitpanda")]
    [InlineData("aevo_perpetual architect_perpetual backpack backpack_perpetual bitrue bitstamp btc_markets decibel_perpetual derive derive_perpetual dexalot dydx_v4_perpetual evedex_perpetual foxbit gemini")]
    [InlineData("grvt_perpetual injective_v2 injective_v2_perpetual lambdaplex lighter lighter_perpetual ndax pacifica_perpetual xrpl")]
    public void Names_without_a_preset_are_known_as_such(string names)
    {
        Assert.All(names.Split(' '), name => Assert.Null(VenuePresets.OfBot(name, futures: false)));
        Assert.Empty(names.Split(' ').Except(VenuePresets.NamesWithout));
    }

    [Fact]
    public void Futures_testnets_and_regions_have_hosts_of_their_own()
    {
        Assert.Equal("binance-usdm", VenuePresets.OfBot("binance", futures: true)!.Name);
        Assert.Equal("okx", VenuePresets.OfBot("okx", futures: true)!.Name);
        Assert.Equal("api.bybit.id", VenuePresets.OfBot("bybitid", futures: false)!.BaseUrl!.Host);
        Assert.Equal("testnet.binancefuture.com", VenuePresets.OfBot("binance_perpetual_testnet", futures: false)!.BaseUrl!.Host);
    }

    private static Verdict Judge(VenuePreset preset, int status, string body) => AnswerJudge.Judge(preset, new VenueAnswer(status, Encoding.UTF8.GetBytes(body)), null);
}
