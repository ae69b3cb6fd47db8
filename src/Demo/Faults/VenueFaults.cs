using System.Collections.Immutable;
using Demo.Venues;

namespace Demo.Faults;

internal static class VenueFaults
{
    private const string Person = "Nothing by itself: it ends when the exchange says so.";

    public static ImmutableArray<Fault> All { get; } =
    [
        Mood("exchange-down", "The exchange answers 503 to everything.", new() { Status = 503, Body = "Service Unavailable", ContentType = "text/plain" }),
        Mood("exchange-rate-limited", "The exchange answers 429: too many requests, come back in 20 s.",
            new() { Status = 429, Body = """{"code":-1003,"msg":"Too many requests."}""", RetryAfter = TimeSpan.FromSeconds(20) }),
        Mood("exchange-banned", "The exchange has banned this address (418) for 30 s.",
            new() { Status = 418, Body = """{"code":-1003,"msg":"Way too many requests; IP banned."}""", RetryAfter = TimeSpan.FromSeconds(30) }),
        Mood("exchange-geo-blocked", "The exchange refuses this country (451).",
            new() { Status = 451, Body = """{"code":0,"msg":"Service unavailable from a restricted location."}""" }),
        Mood("exchange-error-inside", "The exchange answers 200 with an error inside.",
            new() { Body = """{"code":"152401","msg":"Access key does not exist"}""" }),
        Mood("exchange-web-page", "The exchange answers 200 with a web page: it is under maintenance.",
            new() { Body = "<!doctype html><title>Maintenance</title>", ContentType = "text/html" }),
        Mood("exchange-slow", "The exchange takes 12 s to answer.", new() { Delay = TimeSpan.FromSeconds(12) }),
        Mood("clock-skew", "This machine's clock is 30 s behind the exchange's.", new() { ClockAhead = TimeSpan.FromSeconds(30) })
            with { Status = "ok", Mends = "Nothing by itself: mend the time synchronisation (chrony, systemd-timesyncd)." },
        new("network-down", "network", "critical", "The exchange's port is closed: connections are refused.",
            "retry_network reconnects with backoff until the network is back.")
        {
            HealedBy = "retry_network",
            Inject = (world, _) => world.Exchange.UnplugAsync(),
            Clear = (world, cancellation) => world.Exchange.PlugInAsync(cancellation),
        },
    ];

    private static Fault Mood(string name, string happens, ExchangeMood mood) => new(name, "exchange_api", "critical", happens, Person)
    {
        Inject = (world, _) =>
        {
            world.Exchange.Mood = mood;
            return Task.CompletedTask;
        },
        Clear = (world, _) =>
        {
            world.Exchange.Mood = ExchangeMood.Working;
            return Task.CompletedTask;
        },
    };
}
