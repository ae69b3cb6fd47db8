using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary><c>last_heartbeat_ts</c> and perhaps <c>metadata.available_margin</c>.</summary>
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
        double? margin = null;
        while (json.NextName())
        {
            if (json.Is("last_heartbeat_ts"u8))
            {
                var time = json.Time();
                last = time.GetValueOrDefault();
                lack = time is null ? "has a last_heartbeat_ts that is no time" : null;
            }
            else if (json.Is("metadata"u8))
            {
                margin = ReadMargin(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return lack is null ? Parsed<Heartbeat>.Of(new Heartbeat(last, margin)) : Parsed<Heartbeat>.Lacks(lack);
    }

    private static double? ReadMargin(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        double? margin = null;
        while (json.NextName())
        {
            if (json.Is("available_margin"u8))
            {
                margin = json.Number();
            }
            else
            {
                json.Skip();
            }
        }

        return margin;
    }
}
