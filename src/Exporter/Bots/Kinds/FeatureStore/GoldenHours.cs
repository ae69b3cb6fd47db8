using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// The hours outside of which EMA-Futures opens nothing; Alpha does not ask. Without the file, or with one that it cannot read, the bot
/// restricts itself to the base hours; a list instead of an object restricts nothing.
/// </summary>
internal sealed class GoldenHours(SourcePath path, SourceHabits habits)
{
    private const string Whom = "EMA-Futures opens nothing, Alpha goes on";

    private static readonly EntryWindow Base = new([(9, 16)], Whom);

    private readonly JsonSource<Hours> _source = new("golden_hours", path, FeatureStoreBot.MaxStateBytes, Parse, habits);

    public async ValueTask<Reading<EntryWindow?>> ReadAsync(CancellationToken cancellation) => await _source.ReadAsync(cancellation).ConfigureAwait(false) switch
    {
        Reading<Hours>.Seen seen => new Reading<EntryWindow?>.Seen(seen.Value.Window, seen.Evidence),
        Reading<Hours>.Absent
            or Reading<Hours>.Unreadable { Cause: UnreadableCause.Invalid or UnreadableCause.Lost or UnreadableCause.NotAFile } =>
            new Reading<EntryWindow?>.Seen(Base, new Evidence(path.Shown, DateTimeOffset.UnixEpoch, "")),
        Reading<Hours>.Unreadable other => new Reading<EntryWindow?>.Unreadable(other.Cause, other.Path, other.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Parsed<Hours> Parse(ref JsonStream json)
    {
        json.Next();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return Parsed<Hours>.Of(new(null));
        }

        var restricted = true;
        var windows = ImmutableArray<(int, int)>.Empty;
        while (json.NextName())
        {
            if (json.Is("restrict_to_golden_hour"u8)) restricted = json.Truth();
            else if (json.Is("allowed_windows"u8)) windows = ReadWindows(ref json);
            else json.Skip();
        }

        return Parsed<Hours>.Of(new(restricted ? Base with { Hours = [.. Base.Hours, .. windows] } : null));
    }

    private static ImmutableArray<(int From, int To)> ReadWindows(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return [];
        }

        var windows = ImmutableArray.CreateBuilder<(int From, int To)>();
        for (json.Next(); json.Token != JsonTokenType.EndArray; json.Next())
        {
            if (json.Token == JsonTokenType.String && !json.IsTooLong && Window(json.Text()) is { } window && windows.Count < 100)
            {
                windows.Add(window);
            }
            else
            {
                json.Skip();
            }
        }

        return windows.DrainToImmutable();
    }

    /// <summary>The bot looks at the hours alone, and passes over what it does not understand.</summary>
    private static (int From, int To)? Window(string text) =>
        text.Split('-') is [var from, var to] && Hour(from) is { } start && Hour(to) is { } end ? (start, end) : null;

    private static int? Hour(string text) =>
        int.TryParse(text.Trim().Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour <= 24 ? hour : null;

    /// <param name="Window">Null while nothing is restricted.</param>
    private sealed record Hours(EntryWindow? Window);
}
