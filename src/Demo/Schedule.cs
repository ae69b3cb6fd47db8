using System.Collections.Immutable;
using System.Globalization;
using Demo.Faults;

namespace Demo;

/// <summary>What is to happen when: <c>5s +config-torn, 60s +exchange-banned, 90s -exchange-banned</c>.</summary>
internal sealed record Schedule(ImmutableArray<Schedule.Entry> Entries)
{
    /// <param name="At">Since the start.</param>
    /// <param name="Inject">False: clear.</param>
    internal sealed record Entry(TimeSpan At, bool Inject, Fault Fault);

    /// <summary>One fault after another, each for a while; most end by a healing, the others are put right from outside.</summary>
    public static Schedule Tour(ImmutableArray<Fault> faults, TimeSpan each, TimeSpan pause)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var at = pause;
        foreach (var fault in faults)
        {
            entries.Add(new Entry(at, true, fault));
            entries.Add(new Entry(at + each, false, fault));
            at += each + pause;
        }

        return new Schedule(entries.ToImmutable());
    }

    /// <returns>The schedule, or a sentence that says what is wrong.</returns>
    public static (Schedule? Schedule, string? Error) Parse(string text)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var when, ['+' or '-', .. var name]]
                || !when.EndsWith('s')
                || !double.TryParse(when[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                return (null, $"'{part}' is no entry of a schedule; write '30s +NAME' to inject a fault 30 s after the start, '60s -NAME' to clear it.");
            }

            if (FaultCatalogue.Find(name) is not { } fault)
            {
                return (null, $"There is no fault named {name}; --list names them all.");
            }

            entries.Add(new Entry(TimeSpan.FromSeconds(seconds), part.Contains('+', StringComparison.Ordinal), fault));
        }

        return (new Schedule([.. entries.OrderBy(entry => entry.At)]), null);
    }

    /// <param name="say">Told why, where a fault could not be injected or cleared; the next one has its turn all the same.</param>
    public async Task RunAsync(FaultBoard board, Action<string> say, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        foreach (var entry in Entries)
        {
            var wait = entry.At - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation);
            }

            if (await board.TryTurnAsync(entry.Fault, entry.Inject, cancellation) is { } whyNot)
            {
                say(whyNot);
            }
        }
    }
}
