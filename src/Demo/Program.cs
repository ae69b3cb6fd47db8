using System.Net;
using System.Runtime.InteropServices;
using Demo.Faults;
using Demo.Loop;

namespace Demo;

internal static class Program
{
    private const int WrongUsage = 64;

    // Long enough for detection, alert, three attempts and the page at the demo's pace.
    private static readonly TimeSpan EachFault = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenFaults = TimeSpan.FromSeconds(15);

    private static async Task<int> Main(string[] arguments)
    {
        var (options, error) = DemoOptions.Parse(arguments);
        if (options is null)
        {
            Console.Error.WriteLine(error);
            Console.Error.WriteLine(DemoOptions.Help);
            return WrongUsage;
        }

        if (options.ShowHelp)
        {
            Console.WriteLine(DemoOptions.Help);
            return 0;
        }

        if (options.List)
        {
            Menu.Print(options.IsFreqtrade ? Freqtrade.FreqtradeFaults.All : FaultCatalogue.All, Console.Out);
            return 0;
        }

        using var end = new CancellationTokenSource();
        // Whatever ends the demo must also end the programs that it started.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

        var directory = options.Directory ?? Directory.CreateTempSubdirectory("tradingbot-demo-").FullName;
        try
        {
            await (options.BotAlone is { } alone ? alone.RunAsync(end.Token) : RunAsync(options, directory, end.Token));
            return 0;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is ChildProcessException or IOException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        finally
        {
            if (options.Directory is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    private static async Task RunAsync(DemoOptions options, string directory, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        await using var loop = await DemoLoop.StartAsync(
            new LoopOptions(directory, LoopPace.Demo, new Random()) { IsFreqtrade = _ => options.IsFreqtrade, ExporterPort = 10042, PrometheusPort = 9090, AlertmanagerPort = 9093 },
            cancellation);
        await using var door = await FaultDoor.OpenAsync(
            loop.Simulations[0].Faults, new IPEndPoint(IPAddress.Loopback, FreePort.Prefer(options.ControlPort)), cancellation);
        PrintAddresses(loop, door.Address, directory);

        using var narrator = new Narrator(loop, Console.Out, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.For is { } duration)
        {
            over.CancelAfter(duration);
        }

        var telling = narrator.TellAsync(over.Token);
        try
        {
            await DirectAsync(options, loop.Simulations[0].Faults, narrator, time, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
        }

        await over.CancelAsync();
        await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Who decides what goes wrong: a schedule, the tour, or the person at the terminal.</summary>
    private static async Task DirectAsync(DemoOptions options, FaultBoard faults, Narrator narrator, TimeProvider time, CancellationToken cancellation)
    {
        if (options.Tour || options.Schedule is not null)
        {
            await (options.Schedule ?? Schedule.Tour(faults.Faults, EachFault, BetweenFaults)).RunAsync(faults, sentence => narrator.Say("failed", sentence), time, cancellation);
            if (options.For is null)
            {
                return;
            }
        }

        if (Console.IsInputRedirected)
        {
            // Nobody types: the fault door and the schedule decide, until a signal or --for ends it.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }

        await new Menu(faults, Console.In, Console.Out).RunAsync(cancellation);
    }

    private static void PrintAddresses(DemoLoop loop, Uri door, string directory)
    {
        Console.WriteLine($"Exporter       {loop.Exporter.Address}   (status page, /metrics)");
        Console.WriteLine(loop.Prometheus is { } prometheus
            ? $"Prometheus     {prometheus.Address}"
            : "Prometheus     not installed; the exporter heals on its own (Debian: apt-get install prometheus)");
        Console.WriteLine(loop.Alertmanager is { } alertmanager
            ? $"Alertmanager   {alertmanager.Address}"
            : "Alertmanager   not installed; the exporter heals on its own (Debian: apt-get install prometheus-alertmanager)");
        Console.WriteLine($"Faults         {door}faults   (POST or DELETE /faults/NAME)");
        Console.WriteLine($"Files          {directory}   (bot/, storage/, log/)");
        Console.WriteLine($"Time           intervals and waits are {LoopPace.Demo.Faster:0} times shorter than in earnest");
        Console.WriteLine();
    }
}
