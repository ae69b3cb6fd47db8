using System.Text.Json;
using Exporter.Bots.Files;
using Exporter.Words;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary><c>last_heartbeat_ts</c> and perhaps <c>metadata.available_margin</c> and <c>metadata.open_positions</c>.</summary>
internal static class HeartbeatFile
{
    public static Parsed<Heartbeat> Parse(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<Heartbeat>.Lacks(noObject);
        }

        var lack = "has no last_heartbeat_ts";
        var last = default(DateTimeOffset);
        var metadata = (Margin: (double?)null, Open: (int?)null);
        while (json.NextName())
        {
            if (json.Is("last_heartbeat_ts"u8))
            {
                var time = json.Stamp(out var wrong);
                last = time.GetValueOrDefault();
                lack = time is null ? $"has the last_heartbeat_ts {wrong ?? "null"}, which is no time; {Timestamps.Right}" : null;
            }
            else if (json.Is("metadata"u8))
            {
                metadata = ReadMetadata(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return lack is null ? Parsed<Heartbeat>.Of(new Heartbeat(last, metadata.Margin, metadata.Open)) : Parsed<Heartbeat>.Lacks(lack);
    }

    private static (double? Margin, int? Open) ReadMetadata(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return (null, null);
        }

        double? margin = null;
        int? open = null;
        while (json.NextName())
        {
            if (json.Is("available_margin"u8))
            {
                margin = json.Number();
            }
            else if (json.Is("open_positions"u8))
            {
                open = json.Number() is >= 0 and <= 1_000_000 and var count ? (int)count : null;
            }
            else
            {
                json.Skip();
            }
        }

        return (margin, open);
    }
}
