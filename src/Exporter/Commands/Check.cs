using System.CommandLine;
using Exporter.Configuration;
using Exporter.Evaluation;
using Exporter.Storage;
using Exporter.Venues;

namespace Exporter.Commands;

/// <summary><c>check</c>: one evaluation for a person, a script or cron. It reads the storage directory (a ban binds it too) and writes nothing.</summary>
internal static class Check
{
    /// <summary>Longer than any check's own time-out: nobody scrapes, so every answer may be waited for.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Command Create(Flags flags, Shell shell)
    {
        var command = new Command("check", "Look once: every check of every bot as a table. The exit code is the verdict.");
        flags.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(flags.Read(parsed), shell, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandLineOverrides overrides, Shell shell, CancellationToken cancellation)
    {
        var loaded = new ConfigurationLoader(overrides, shell.Environment).Load();
        if (loaded is not LoadedConfiguration.Valid { Options: var options })
        {
            return Config.Report(((LoadedConfiguration.Invalid)loaded).Errors, shell);
        }

        using var storage = StorageDirectory.OpenReadOnly(options.Storage.Path!);
        await using var services = Services(options, overrides, storage, shell);
        var draft = services.GetRequiredService<BotRoster>().Prepare(options);
        var snapshot = await new Evaluator(draft.Bots, shell.Time).EvaluateAsync(Deadline, cancellation);
        SnapshotTable.Write(snapshot, shell);
        return ExitCodes.Of(snapshot);
    }

    private static ServiceProvider Services(ExporterOptions options, CommandLineOverrides overrides, StorageDirectory storage, Shell shell)
    {
        // A table is read by a person: only what goes wrong belongs beside it, unless a level was asked for.
        var log = overrides.LogLevel is null ? new LogOptions { Level = LogLevelName.Error, Format = options.Log.Format } : options.Log;
        return new ServiceCollection()
            .AddLogging(logging => Logs.Configure(logging, log))
            .AddSingleton(shell.Time)
            .AddVenues(options.Venues, storage)
            .AddSingleton<BotRoster>()
            .BuildServiceProvider();
    }
}
