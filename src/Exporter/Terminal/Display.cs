using Exporter.Commands;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;

using Spectre.Console;

namespace Exporter.Terminal;

/// <summary><c>--json</c> and <c>--watch</c>: how the answer of a verb reaches its reader, once or again and again.</summary>
internal sealed class Display
{
    private const int DefaultSeconds = 5;
    private const int MostSeconds = 3_600;

    private readonly Option<bool> _json = new("--json")
    {
        Description = "For scripts: the document that the JSON API serves, on one line.",
    };

    private readonly Option<int?> _watch = new("--watch")
    {
        Description = $"Look again every so many seconds (default {DefaultSeconds}) until Ctrl-C. On a terminal in place; else one answer after another.",
        HelpName = "SECONDS",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Display()
    {
        _watch.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MostSeconds))
            {
                result.AddError($"--watch takes a whole number of seconds from 1 to {MostSeconds}.");
            }
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_json);
        command.Add(_watch);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <returns>The answer's exit code; 0 when a watch was ended by whoever started it.</returns>
    public async Task<int> ShowAsync(ParseResult parsed, Shell shell, Func<CancellationToken, Task<Answer>> ask, CancellationToken cancellation)
    {
        var json = IsJson(parsed);
        if (parsed.GetResult(_watch) is null)
        {
            var answer = await ask(cancellation);
            Print(answer, json, shell);
            return answer.ExitCode;
        }

        var interval = TimeSpan.FromSeconds(parsed.GetValue(_watch) ?? DefaultSeconds);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await WatchAsync(ask, json, interval, shell, over.Token);
        return ExitCodes.Success;

        void End(PosixSignalContext signal)
        {
            // The process must live on until the terminal is as it was.
            signal.Cancel = true;
            over.Cancel();
        }
    }

    private static async Task WatchAsync(
        Func<CancellationToken, Task<Answer>> ask, bool json, TimeSpan interval, Shell shell, CancellationToken over)
    {
        using var screen = !json && TerminalText.IsInteractive(shell) ? new Screen(shell.Output, TerminalText.Rows) : null;
        using var timer = new PeriodicTimer(interval, shell.Time);
        try
        {
            do
            {
                var answer = await ask(over);
                if (screen is null)
                {
                    Print(answer, json, shell);
                }
                else
                {
                    screen.Show(Text(answer, shell));
                }
            }
            while (await timer.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
        }
    }

    private static void Print(Answer answer, bool json, Shell shell)
    {
        switch (answer)
        {
            case Answer.Failed failed:
                shell.Error.WriteLine(failed.Sentence);
                break;
            case Answer.Found found when json:
                shell.Output.WriteLine(found.Json());
                break;
            default:
                foreach (var line in Text(answer, shell))
                {
                    shell.Output.WriteLine(line);
                }

                break;
        }
    }

    private static string[] Text(Answer answer, Shell shell) => answer switch
    {
        Answer.Found found => TerminalText.Lines(found.Text(), shell),
        Answer.Failed failed => TerminalText.Lines(new Text(failed.Sentence), shell),
        _ => throw new InvalidOperationException("An answer is found or it failed."),
    };
}
