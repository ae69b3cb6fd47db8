using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Exporter.Server;
using Exporter.Terminal;

namespace Exporter.Commands;

/// <summary>The program's command line: one verb a file beside this one.</summary>
internal static class CommandLine
{
    private const int HelpWidth = 100;

    public static async Task<int> RunAsync(string[] arguments, Shell shell)
    {
        var parsed = Build(shell).Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await shell.Error.WriteLineAsync(error.Message);
            }

            await shell.Error.WriteLineAsync("See 'tradingbot_exporter --help'.");
            return ExitCodes.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = shell.Output,
            Error = shell.Error,
            // A defect shall end the program with its stack trace, not with a red line and exit code 1.
            EnableDefaultExceptionHandler = false,
            // The server's host hears SIGTERM itself and takes its time to drain.
            ProcessTerminationTimeout = null,
        });
    }

    internal static RootCommand Build(Shell shell)
    {
        var flags = new Flags();
        var root = new RootCommand("Tells Prometheus, and you, why a trading bot is not trading; heals what it safely can.");
        foreach (var version in root.Options.OfType<VersionOption>().ToArray())
        {
            root.Options.Remove(version);
        }

        root.Options.Add(new Option<bool>("--version")
        {
            Description = "Show the version and the commit that it was built from.",
            Action = new ShowVersion(shell),
        });
        Serve.Configure(root, flags, shell);
        root.Add(Serve.Create(flags, shell));
        root.Add(Check.Create(flags, shell));
        root.Add(Why.Create(shell));
        root.Add(Heal.Create(shell));
        root.Add(History.Create(shell));
        root.Add(PauseHealing.Create(shell));
        root.Add(Config.Create(flags, shell));
        root.Add(FailurePoints.Create(shell));
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Show this help, or that of a command.";
            var generated = (HelpAction)help.Action!;
            generated.MaxWidth = HelpWidth;
            help.Action = new Help(generated);
        }

        return root;
    }

    private sealed class ShowVersion(Shell shell) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            shell.Output.WriteLine($"tradingbot_exporter, version {BuildVersion.Version} (revision: {BuildVersion.Revision})");
            return ExitCodes.Success;
        }
    }
}
