using System.Globalization;
using CliWrap;
using CliWrap.Exceptions;

namespace Exporter.Healing.Triggers;

/// <summary>
/// A program, run as an argument list without a shell, with an environment of its own. It leads a process group, which is killed with it
/// when it takes too long; what it leaves running after it ended by itself (a bot that it started) is left alone.
/// </summary>
/// <param name="clock">For its time-out.</param>
/// <param name="variable">Reads the exporter's own environment.</param>
/// <param name="running">Where a healing's command is remembered over the exporter's death; null where nothing is kept.</param>
internal sealed class CommandTrigger(CommandTriggerOptions options, TimeProvider clock, Func<string, string?> variable, RunningCommands? running = null) : ITrigger
{
    /// <summary>A mark in the environment that finds children which left the process group.</summary>
    public const string RunVariable = "TRADINGBOT_TRIGGER_RUN";

    private static readonly string[] _setsid = ["/usr/bin/setsid", "/bin/setsid"];
    private static readonly string[] _always = ["PATH", "HOME", "LANG"];

    // How long what the program printed last may take to arrive once it has ended; a child that holds the pipe open must not hold us.
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(1);

    private readonly List<string> _argv = options.Argv ?? [];

    public string Key { get; } = TriggerKey.Of(["command", .. options.Argv ?? []]);

    /// <summary>Arguments are where passwords are put although they should not be.</summary>
    public string Describe() => _argv.Count == 0 ? "run nothing" : $"run {Quoted(_argv[0])}{(_argv.Count == 1 ? "" : $" with {Phrase.Count(_argv.Count - 1, "argument")}")}";

    public async Task<TriggerResult> FireAsync(TriggerMessage message, CancellationToken cancellation)
    {
        using var output = new CappedOutput();
        using var timeout = new CancellationTokenSource(options.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        using var drained = new CancellationTokenSource();
        var run = Guid.NewGuid().ToString("N");
        var group = 0;
        // A program started by .NET shares the exporter's process group; setsid makes it the leader of its own, then becomes it.
        var setsid = FindSetsid();
        var command = Cli.Wrap(setsid ?? _argv[0])
            .WithArguments(setsid is null ? _argv.Skip(1) : _argv)
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.Create((stream, _) => output.DrainAsync(stream, drained.Token)))
            .WithStandardErrorPipe(PipeTarget.Create((stream, _) => output.DrainAsync(stream, drained.Token)));
        try
        {
            var task = command.ExecuteAsync(
                start =>
                {
                    start.Environment.Clear();
                    foreach (var (name, value) in Environment(message, run))
                        start.Environment[name] = value;
                },
                process =>
                {
                    process.EnableRaisingEvents = true;
                    process.Exited += (_, _) => CancelAfterDrain(drained);
                },
                CancellationToken.None,
                CancellationToken.None);
            group = task.ProcessId;
            using var kill = stop.Token.Register(() =>
            {
                ProcessGroup.Kill(group, run, leads: setsid is not null);
                CancelAfterDrain(drained);
            });
            var kept = message.Healing != 0 && running is not null
                ? await running.KeepAsync(message.Healing, group, leads: setsid is not null, clock.GetUtcNow() + options.Timeout)
                : null;
            var result = await task;
            if (kept is not null)
                await running!.ForgetAsync(kept);
            cancellation.ThrowIfCancellationRequested();
            var said = output.Text is { Length: > 0 } text ? $" It said: {Masking.Clean(text, Secrets())}" : "";
            if (timeout.IsCancellationRequested)
            {
                return new TriggerResult(
                    false, $"{_argv[0]} did not end within {Phrase.Seconds(options.Timeout)} and was killed with what it had started.{said}");
            }

            return result.ExitCode == 0
                ? new TriggerResult(true, $"{_argv[0]} ended with exit code 0.")
                : new TriggerResult(false, $"{_argv[0]} ended with exit code {result.ExitCode.ToString(CultureInfo.InvariantCulture)}.{said}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or CliWrapException)
        {
            return new TriggerResult(false, $"{_argv[0]} could not be run: {e.Message}");
        }
    }

    private IEnumerable<(string Name, string Value)> Environment(TriggerMessage message, string run)
    {
        foreach (var name in _always.Concat(options.Environment ?? []).Distinct(StringComparer.Ordinal))
        {
            if (variable(name) is { } value)
                yield return (name, value);
        }

        yield return (RunVariable, run);
        yield return ("HEALING_BOT", Harmless(message.Bot));
        yield return ("HEALING_ACTION", Harmless(message.Action));
        yield return ("HEALING_CHECK", Harmless(message.Check ?? ""));
        yield return ("HEALING_CAUSE", message.Cause ?? "");
        yield return ("HEALING_REASON", Harmless(message.Reason));
        yield return ("HEALING_URL", message.Url?.AbsoluteUri ?? "");
    }

    private IEnumerable<string> Secrets() => (options.Environment ?? []).Select(variable).OfType<string>();

    private static void CancelAfterDrain(CancellationTokenSource drained)
    {
        try
        {
            drained.CancelAfter(_drain);
        }
        catch (ObjectDisposedException)
        {
            // Everything had arrived.
        }
    }

    /// <summary>NUL would end the variable, and the kernel takes no more than 128 KiB for one.</summary>
    private static string Harmless(string value)
    {
        const int maxLength = 4096;
        return (value.Length > maxLength ? value[..maxLength] : value).Replace('\0', ' ');
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string? FindSetsid() => _setsid.FirstOrDefault(File.Exists);
}
