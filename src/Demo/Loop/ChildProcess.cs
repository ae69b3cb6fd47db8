using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Demo.Loop;

/// <summary>A program that the loop runs: started, waited for until it says it is ready, stopped with SIGTERM, or killed.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly ProcessStartInfo _start;
    private readonly string _log;
    private readonly Uri _readiness;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;
    private Task _pumping = Task.CompletedTask;

    public ChildProcess(string name, string program, IEnumerable<string> arguments, Uri address, string log)
    {
        Name = name;
        Address = address;
        _log = log;
        _readiness = new Uri(address, "/-/ready");
        _start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    public string Name { get; }

    /// <summary>Where it listens; the same after a restart.</summary>
    public Uri Address { get; }

    public bool Running => _process is { HasExited: false };

    /// <summary>Returns when it is ready to serve.</summary>
    /// <exception cref="ChildProcessException">It ended at once, or was not ready in time; the message ends with its last words.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _process = Start();
        _pumping = Task.WhenAll(PumpAsync(_process.StandardOutput), PumpAsync(_process.StandardError));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        while (!await IsReadyAsync(cancellation))
        {
            if (_process.HasExited || deadline.IsCancellationRequested)
            {
                cancellation.ThrowIfCancellationRequested();
                throw new ChildProcessException($"{Name} {(_process.HasExited ? "ended" : "is not ready")}. Its last words: {await LastWordsAsync()}");
            }

            await Task.Delay(Poll, cancellation);
        }
    }

    /// <summary>SIGTERM, then waits for its end.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } process)
        {
            _ = Signal(process.Id, Terminate);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        await EndAsync();
    }

    /// <summary>SIGKILL: as a crash or a lost machine.</summary>
    public async Task KillAsync()
    {
        _process?.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
    }

    private Process Start()
    {
        try
        {
            return Process.Start(_start) ?? throw new ChildProcessException($"{Name} could not be started.");
        }
        catch (Win32Exception e)
        {
            throw new ChildProcessException($"{Name} could not be started: {e.Message}");
        }
    }

    private async Task EndAsync()
    {
        if (_process is { } process)
        {
            await process.WaitForExitAsync();
            await _pumping;
            process.Dispose();
            _process = null;
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(_readiness, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task PumpAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_start)
            {
                File.AppendAllText(_log, line + "\n");
            }
        }
    }

    private async Task<string> LastWordsAsync() =>
        File.Exists(_log) ? string.Join(" | ", (await File.ReadAllLinesAsync(_log)).TakeLast(5)) : "none";

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

internal sealed class ChildProcessException(string message) : Exception(message);
