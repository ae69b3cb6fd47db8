using System.Collections.Immutable;
using System.CommandLine;
using Exporter.Commands;
using Exporter.Terminal;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace Exporter.Tests.Commands;

public sealed class DisplayTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly Display _display = new();
    private readonly CancellationTokenSource _interrupt = new();
    private int _asked;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _interrupt.Dispose();
    }

    [Fact]
    public async Task Without_watch_it_asks_once_and_returns_the_code_of_the_answer()
    {
        Assert.Equal(2, await ShowAsync(Found(exitCode: 2), []));
        Assert.Equal("answer 1\n", _output.ToString());
    }

    [Fact]
    public async Task A_failure_goes_to_the_error_stream_so_that_a_pipe_stays_clean()
    {
        Assert.Equal(3, await ShowAsync(() => new Answer.Failed("No exporter answers.", 3), ["--json"]));
        Assert.Empty(_output.ToString());
        Assert.Equal("No exporter answers.\n", _error.ToString());
    }

    [Fact]
    public async Task A_watch_into_a_pipe_writes_one_answer_after_another_and_ends_well_when_it_is_ended()
    {
        var watching = ShowAsync(Found(exitCode: 2), ["--watch", "7"]);
        await TickAsync(2);
        await TickAsync(3);
        await _interrupt.CancelAsync();

        Assert.Equal(0, await watching);
        Assert.Equal("answer 1\nanswer 2\nanswer 3\n", _output.ToString());
    }

    [Fact]
    public async Task A_watch_for_a_script_writes_a_document_a_line()
    {
        var watching = ShowAsync(Found(exitCode: 0), ["--watch", "7", "--json"]);
        await TickAsync(2);
        await _interrupt.CancelAsync();
        await watching;

        Assert.Equal("{\"answer\":1}\n{\"answer\":2}\n", _output.ToString());
    }

    [Fact]
    public async Task A_watch_outlives_an_exporter_that_is_away_for_a_while()
    {
        var watching = ShowAsync(
            () => _asked == 1 ? new Answer.Failed("No exporter answers.", 3) : Found(exitCode: 0)(), ["--watch", "7"]);
        await TickAsync(2);
        await _interrupt.CancelAsync();

        Assert.Equal(0, await watching);
        Assert.Equal("answer 2\n", _output.ToString());
        Assert.Equal("No exporter answers.\n", _error.ToString());
    }

    private Func<Answer> Found(int exitCode) => () =>
    {
        var number = _asked;
        return new Answer.Found(() => new Text($"answer {number}"), () => $"{{\"answer\":{number}}}", exitCode);
    };

    private Task<int> ShowAsync(Func<Answer> answer, string[] arguments)
    {
        var command = new RootCommand();
        _display.AddTo(command);
        return _display.ShowAsync(
            command.Parse(arguments),
            new Shell(_output, _error, ImmutableDictionary<string, string>.Empty, _time),
            _ =>
            {
                Interlocked.Increment(ref _asked);
                return Task.FromResult(answer());
            },
            _interrupt.Token);
    }

    /// <summary>Lets the interval pass, and waits until it was asked for this many times.</summary>
    private Task TickAsync(int asked)
    {
        _time.Advance(TimeSpan.FromSeconds(7));
        return Eventually.Holds(() => Volatile.Read(ref _asked) == asked);
    }
}
