using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Exporter.Bots;
using Exporter.Configuration;
using Exporter.Server;
using Exporter.Storage;
using Exporter.Terminal;
using Exporter.Venues;
using Exporter.Web;

namespace Exporter.Commands;

/// <summary><c>serve</c>, which is also what the program does when no verb is given.</summary>
internal static partial class Serve
{
    public static Command Create(Flags flags, Shell shell)
    {
        var command = new Command("serve", "Watch bots and answer scrapes until stopped. The default.");
        Configure(command, flags, shell);
        return command;
    }

    public static void Configure(Command command, Flags flags, Shell shell)
    {
        flags.AddServerTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(flags.Read(parsed), shell, cancellation));
    }

    private static async Task<int> RunAsync(CommandLineOverrides overrides, Shell shell, CancellationToken cancellation)
    {
        var loader = new ConfigurationLoader(overrides, shell.Environment);
        var loaded = loader.LoadForServer();
        if (loaded is not LoadedConfiguration.Valid { Options: var options })
        {
            return Config.Report(((LoadedConfiguration.Invalid)loaded).Errors, shell);
        }

        try
        {
            var findings = await BotKinds.LookAllAsync(options.Bots, cancellation);
            using var storage = StorageDirectory.Open(options.Storage.Path!);
            await using var app = Composition.Server(options, findings, loader, storage, shell);
            return await RunAsync(app, options, shell, cancellation);
        }
        catch (Exception e) when (e is StorageException or VenueOptionsException)
        {
            await shell.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(4.7);

    private static async Task<int> RunAsync(WebApplication app, ExporterOptions options, Shell shell, CancellationToken cancellation)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Exporter.Serve");
        Log.Starting(log, BuildVersion.Version, BuildVersion.Revision, options.Storage.Path!);
        Reload.WarnOfSecrets(options, log);
        var reload = app.Services.GetRequiredService<Reload>();
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // Without this the signal would end the process.
            signal.Cancel = true;
            _ = ReloadAsync(reload, log);
        });
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or FormatException or CryptographicException or SocketException or UnauthorizedAccessException)
        {
            // An address in use, or of another host, a low port, a certificate that cannot be read, a Kestrel section that means nothing.
            await shell.Error.WriteLineAsync($"The server could not start: {e.Message}");
            return ExitCodes.Failure;
        }

        foreach (var address in WebServer.Addresses(app))
        {
            Log.Listening(log, address);
        }

        using var ended = new CancellationTokenSource();
        app.Lifetime.ApplicationStopping.Register(() => _ = EndAsync(log, ended.Token));
        try
        {
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Something did not end in its time, and has said so.
        }

        Log.Stopped(log);
        await app.DisposeAsync();
        await ended.CancelAsync();
        return ExitCodes.Success;
    }

    /// <summary>A service manager is promised five seconds, whatever hangs: a thread that sleeps in the kernel is the kernel's to end.</summary>
    private static async Task EndAsync(ILogger log, CancellationToken ended)
    {
        await Task.Delay(LongestEnd, ended).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (ended.IsCancellationRequested)
            return;
        Log.Left(log);
        Environment.Exit(ExitCodes.Success);
    }

    private static async Task ReloadAsync(Reload reload, ILogger log)
    {
        try
        {
            await reload.RunAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.ReloadFailed(log, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, EventName = "Starting", Message = "Starting version {Version} (revision {Revision}), storage in {Storage}.")]
        public static partial void Starting(ILogger logger, string version, string revision, string storage);

        [LoggerMessage(Level = LogLevel.Information, EventName = "Listening", Message = "Listening on {Address}.")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(Level = LogLevel.Error, EventName = "ReloadFailedByDefect", Message = "The reload failed by a defect; the configuration before it holds.")]
        public static partial void ReloadFailed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, EventName = "Left", Message = "Something waits for a file system that hangs and does not end; the process ends without it. What was recorded is whole, and what ran is found interrupted at the next start.")]
        public static partial void Left(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, EventName = "Stopped", Message = "Stopped.")]
        public static partial void Stopped(ILogger logger);
    }
}
