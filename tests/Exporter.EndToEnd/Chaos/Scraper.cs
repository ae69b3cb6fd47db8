using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.EndToEnd.Chaos;

/// <summary>Scrapes as Prometheus does, and holds every answer to its deadline and every check to its pace.</summary>
internal sealed partial class Scraper(ExporterLives lives) : IDisposable
{
    /// <summary>As in the header; the exporter takes 0.5 s less.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>Checks that ask somebody else are evaluated less often, by their own interval.</summary>
    private static readonly string[] Paced = ["exchange_api", "network", "coinglass_api"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public int Answered { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public double OldestCheckSeconds { get; private set; }

    public ConcurrentQueue<string> Violations { get; } = new();

    public async Task ScrapeAsync(Random dice, CancellationToken cancellation)
    {
        await dice.BetweenAsync(0.05, 0.4, cancellation);
        var life = lives.Life;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(lives.Address, "/metrics"));
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", Deadline.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        using var stall = new HostStall();
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            using var answer = await _http.SendAsync(request, CancellationToken.None);
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            var took = TimeProvider.System.GetElapsedTime(began);
            if (!lives.IsSame(life))
            {
                return;
            }

            Answered++;
            Slowest = took > Slowest ? took : Slowest;
            if (took - stall.Longest > Deadline)
            {
                Violations.Enqueue($"A scrape took {took.TotalSeconds:0.00} s, and its deadline is {Deadline.TotalSeconds} s.");
            }

            if (!answer.IsSuccessStatusCode)
            {
                Violations.Enqueue($"A scrape was answered {(int)answer.StatusCode}.");
            }

            var oldest = Evaluations(text).Where(check => !Paced.Contains(check.Check)).Max(check => (double?)(Now() - check.At)) ?? 0;
            OldestCheckSeconds = Math.Max(OldestCheckSeconds, oldest);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            if (lives.IsSame(life))
            {
                Violations.Enqueue($"A scrape failed while the exporter was up: {e.Message}");
            }
        }
    }

    /// <summary>When each check was last evaluated, in Unix seconds.</summary>
    public static IEnumerable<(string Check, double At)> Evaluations(string exposition) => LastEvaluation().Matches(exposition)
        .Select(match => (match.Groups["check"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));

    public static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("^tradingbot_check_last_evaluation_timestamp_seconds\\{.*check=\"(?<check>[a-z_]+)\".*\\} (?<value>[0-9.e+]+)$", RegexOptions.Multiline)]
    private static partial Regex LastEvaluation();
}
