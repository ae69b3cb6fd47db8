using System.Globalization;
using BenchmarkDotNet.Running;
using Exporter.Benchmarks.Load;

namespace Exporter.Benchmarks;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["load", "scrape", var url, var process, var count, var parallel, .. var file]:
                return await ScrapeLoad.RunAsync(new Uri(url), Number(process), Number(count), Number(parallel), file.FirstOrDefault());
            case ["load", "webhook", var url, var process, var count, var rate, var token, var bot, var action]:
                return await WebhookLoad.RunAsync(new Uri(url), Number(process), Number(count), Number(rate), token, bot, action);
            case ["load", "action", var url, var count, var pipe, var pause, var file, var bot, var action]:
                return await ActionLoad.RunAsync(new Uri(url), Number(count), pipe, TimeSpan.FromMilliseconds(Number(pause)), file, bot, action);
            case ["load", "start", var url, var count, .. { Length: > 0 } command]:
                return await StartLoad.RunAsync(new Uri(url), Number(count), command);
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
