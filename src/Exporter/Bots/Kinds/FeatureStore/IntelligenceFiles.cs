using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>
/// The summary, with a signal per symbol, and the files of single symbols. The bot stamps <c>ts</c> also when its data provider gave
/// nothing: then every signal stands at its neutral default, without funding and open interest.
/// </summary>
internal static class IntelligenceFiles
{
    public static Parsed<Intelligence> ParseSummary(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<Intelligence>.Lacks(noObject);
        }

        var time = (Value: (DateTimeOffset?)null, Lack: (string?)"has no ts");
        var signals = (Count: 0, Empty: 0, Lack: (string?)"has no signals");
        while (json.NextName())
        {
            if (json.Is("ts"u8))
            {
                time = ReadTime(ref json);
            }
            else if (json.Is("signals"u8))
            {
                signals = ReadSignals(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return (time.Lack ?? signals.Lack) is { } lack
            ? Parsed<Intelligence>.Lacks(lack)
            : Parsed<Intelligence>.Of(new Intelligence(time.Value!.Value, signals.Count, signals.Empty));
    }

    /// <summary>A file that is one signal, with its <c>ts</c>.</summary>
    public static Parsed<Intelligence> ParseSymbol(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<Intelligence>.Lacks(noObject);
        }

        var time = (Value: (DateTimeOffset?)null, Lack: (string?)"has no ts");
        var empty = new Emptiness();
        while (json.NextName())
        {
            if (json.Is("ts"u8))
            {
                time = ReadTime(ref json);
            }
            else
            {
                empty.Look(ref json);
            }
        }

        return time.Lack is { } lack
            ? Parsed<Intelligence>.Lacks(lack)
            : Parsed<Intelligence>.Of(new Intelligence(time.Value!.Value, 1, empty.Holds ? 1 : 0));
    }

    private static (DateTimeOffset? Value, string? Lack) ReadTime(ref JsonStream json) =>
        json.Stamp(out var wrong) is { } time ? (time, null) : (null, $"has the ts {wrong ?? "null"}, which is no time; {Timestamps.Right}");

    private static (int Count, int Empty, string? Lack) ReadSignals(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return (0, 0, "has signals that are no object");
        }

        var (count, emptyCount) = (0, 0);
        while (json.NextName())
        {
            json.ToValue();
            count++;
            if (json.Token != JsonTokenType.StartObject)
            {
                json.Skip();
                emptyCount++;
                continue;
            }

            var empty = new Emptiness();
            while (json.NextName())
            {
                empty.Look(ref json);
            }

            emptyCount += empty.Holds ? 1 : 0;
        }

        return (count, emptyCount, null);
    }

    /// <summary>
    /// Whether a signal says nothing that its data provider must have given. Where the signal shows its components, an index that is the
    /// same for all symbols (fear and greed) is no sign of it, nor are zeros in place of funding and open interest.
    /// </summary>
    private ref struct Emptiness
    {
        private bool _direction;
        private bool _confidence;
        private bool _composite;
        private bool? _components;
        private bool _funding;
        private bool _openInterest;

        public readonly bool Holds => !((_components ?? (_direction || _confidence || _composite)) || _funding || _openInterest);

        /// <summary>Stands at a name and passes over its value.</summary>
        public void Look(ref JsonStream json)
        {
            if (json.Is("direction"u8))
            {
                _direction = json.Word() is { Length: > 0 } word && !word.Equals("NEUTRAL", StringComparison.OrdinalIgnoreCase);
            }
            else if (json.Is("confidence"u8))
            {
                _confidence = json.Number() is not (null or 0);
            }
            else if (json.Is("composite"u8))
            {
                _composite = json.Number() is not (null or 0);
            }
            else if (json.Is("components"u8))
            {
                _components = Says(ref json);
            }
            else if (json.Is("funding"u8))
            {
                _funding = Says(ref json);
            }
            else if (json.Is("oi"u8))
            {
                _openInterest = Says(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        /// <summary>Whether a number other than 0 stands there, or below it.</summary>
        private static bool Says(ref JsonStream json)
        {
            json.ToValue();
            var says = false;
            switch (json.Token)
            {
                case JsonTokenType.StartObject:
                    while (json.NextName())
                    {
                        if (json.Is("fear_greed"u8)) json.Skip();
                        else says |= Says(ref json);
                    }

                    return says;
                case JsonTokenType.StartArray:
                    for (json.Next(); json.Token != JsonTokenType.EndArray; json.Next())
                    {
                        says |= Says(ref json);
                    }

                    return says;
                default:
                    return json.Number() is not (null or 0);
            }
        }
    }
}
