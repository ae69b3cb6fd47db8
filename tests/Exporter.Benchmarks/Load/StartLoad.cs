using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Exporter.Benchmarks.Load;

/// <summary>
/// <c>load start URL COUNT COMMAND [ARGUMENT…]</c>: starts a program again and again and prints the time from its start to its first whole
/// answer. It knocks once a millisecond and sleeps between: who asks with a program of its own each time takes the processor from the
/// program that is starting.
/// </summary>
internal static class StartLoad
{
    private static readonly TimeSpan BetweenKnocks = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(Uri url, int count, string[] command)
    {
        var starts = new Latencies();
        // The first is for the load driver, which is not compiled yet.
        for (var run = 0; run <= count; run++)
        {
            if (await StartAsync(url, command) is not { } took)
            {
                Console.Error.WriteLine($"{command[0]} did not answer on {url} within {Longest.TotalSeconds} s.");
                return 1;
            }

            if (run > 0)
            {
                starts.Add(took);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"median_ms={starts.Percentile(0.5):F0} slowest_ms={starts.Percentile(1):F0}"));
        return 0;
    }

    private static async Task<TimeSpan?> StartAsync(Uri url, string[] command)
    {
        using var client = new HttpClient();
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. command]);
        try
        {
            while (Stopwatch.GetElapsedTime(begin) < Longest)
            {
                if (await ListensAsync(url) && await client.GetAsync(url) is { IsSuccessStatusCode: true } answer)
                {
                    await answer.Content.ReadAsByteArrayAsync();
                    return Stopwatch.GetElapsedTime(begin);
                }

                await Task.Delay(BetweenKnocks);
            }

            return null;
        }
        finally
        {
            using var stop = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> ListensAsync(Uri url)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
