using System.Collections.Concurrent;
using System.Diagnostics;

namespace Exporter.EndToEnd;

/// <summary>A real program, started by a test and gone after it. Everything that it writes is kept.</summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _written = new(0);

    private ChildProgram(Process process) => _process = process;

    /// <summary>What it wrote to standard output and error so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public string Output => string.Join('\n', _lines);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="environment">Variables beside those of the test; null removes one.</param>
    public static ChildProgram Start(string file, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var program = new ChildProgram(process);
        process.OutputDataReceived += (_, line) => program.Receive(line.Data);
        process.ErrorDataReceived += (_, line) => program.Receive(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <summary>The first line's answer that is not null, among those written already and those to come.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or a minute passed, without such a line; the message holds its output.</exception>
    public async Task<string> WaitForLineAsync(Func<string, string?> find)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_lines.Select(find).FirstOrDefault(found => found is not null) is { } answer)
            {
                return answer;
            }

            if (_process.HasExited)
            {
                // The last lines may still be under way from the pipes.
                await _process.WaitForExitAsync(patience.Token);
                return _lines.Select(find).FirstOrDefault(found => found is not null)
                    ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{Output}");
            }

            try
            {
                await _written.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new InvalidOperationException($"{_process.StartInfo.FileName} did not write the line in {Patience}:\n{Output}");
            }
        }
    }

    /// <summary>Sends a signal, such as <c>TERM</c>, <c>HUP</c> or <c>KILL</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code, when it has ended.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, as a service manager does, and waits for it.</summary>
    public Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
        }

        return WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _written.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }

        // Also at the end of the stream, so that a waiting test looks whether the program has ended.
        try
        {
            _written.Release();
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
