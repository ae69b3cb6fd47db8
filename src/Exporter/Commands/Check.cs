using System.CommandLine;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Configuration;
using Exporter.Server;
using Exporter.Terminal;
using Exporter.Web.Api;

namespace Exporter.Commands;

/// <summary><c>check</c>: one evaluation for a person, a script or cron.</summary>
internal static class Check
{
    public static Command Create(Flags flags, Shell shell)
    {
        var display = new Display();
        var command = new Command("check", "Look once: every check of every bot as a table. The exit code is the verdict.");
        flags.AddTo(command);
        display.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, flags.Read(parsed), display, shell, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, CommandLineOverrides overrides, Display display, Shell shell, CancellationToken cancellation)
    {
        var loaded = new ConfigurationLoader(overrides, shell.Environment).Load();
        if (loaded is not LoadedConfiguration.Valid { Options: var options })
        {
            return Config.Report(((LoadedConfiguration.Invalid)loaded).Errors, shell);
        }

        var findings = await BotKinds.LookAllAsync(options.Bots, cancellation);
        if (findings.Values.All(finding => finding.Kind is null))
        {
            return Config.NotRecognised(findings, shell);
        }

        await using var evaluation = new LocalEvaluation(options, findings, overrides, shell);
        return await display.ShowAsync(
            parsed,
            shell,
            async token =>
            {
                var snapshot = await evaluation.LookAsync(token);
                return new Answer.Found(
                    () => SnapshotTable.Of(snapshot),
                    () => JsonSerializer.Serialize(StatusDocument.Of(snapshot), ApiJson.Default.StatusDocument),
                    ExitCodes.Of(snapshot));
            },
            cancellation);
    }
}
