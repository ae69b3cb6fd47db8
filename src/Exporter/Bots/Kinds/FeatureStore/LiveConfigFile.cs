using System.Globalization;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>The two brakes that <c>live_config.json</c> holds below <c>runtime</c>.</summary>
internal sealed record LiveBrakes(KillSwitch Phase82, KillSwitch SizeThrottle);

/// <summary>
/// Reads them as the bot's own functions do: a bool, or an object whose <c>global_block</c> counts, or anything by its truth. A throttle
/// of 0 gives the entries of EMA-Futures no size; above 0 it only makes them smaller.
/// </summary>
internal static class LiveConfigFile
{
    public static Parsed<LiveBrakes> Parse(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<LiveBrakes>.Lacks(noObject);
        }

        var brakes = new LiveBrakes(KillSwitch.Of(false), KillSwitch.Of(false));
        while (json.NextName())
        {
            if (json.Is("runtime"u8))
            {
                brakes = ReadRuntime(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return Parsed<LiveBrakes>.Of(brakes);
    }

    private static LiveBrakes ReadRuntime(ref JsonStream json)
    {
        var (phase82, throttle) = (KillSwitch.Of(false), KillSwitch.Of(false));
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return new LiveBrakes(phase82, throttle);
        }

        string? fault = null;
        var notes = new List<string>();
        while (json.NextName())
        {
            if (json.Is("kill_switch_phase82"u8))
            {
                phase82 = ReadPhase82(ref json);
            }
            else if (json.Is("size_throttle"u8))
            {
                json.ToValue();
                fault = json.Token == JsonTokenType.Number ? null : "size_throttle is no number, and the bot's own reader fails on it";
                var size = json.Number();
                throttle = KillSwitch.Of(size == 0);
                if (size is > 0 and < 1) notes.Add(string.Create(CultureInfo.InvariantCulture, $"size_throttle {size} makes the sizes of entries smaller"));
            }
            else if (json.Is("restart_stage"u8))
            {
                if (json.Word() is { Length: > 0 } stage and not "full") notes.Add($"restart_stage {stage}");
            }
            else if (json.Is("protective_mode"u8))
            {
                if (json.Truth()) notes.Add("protective_mode halves the sizes of Alpha");
            }
            else
            {
                json.Skip();
            }
        }

        return new LiveBrakes(
            fault is null ? phase82 : phase82 with { Active = true, Why = fault },
            throttle with { Note = notes.Count == 0 ? null : string.Join(", ", notes.Order(StringComparer.Ordinal)) });
    }

    private static KillSwitch ReadPhase82(ref JsonStream json)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            return KillSwitch.Of(json.Truth());
        }

        var state = KillSwitch.Of(false);
        while (json.NextName())
        {
            if (json.Is("global_block"u8))
            {
                state = state with { Active = json.Truth() };
            }
            else if (json.Is("ts"u8))
            {
                state = state with { TriggeredAt = SwitchFiles.Since(ref json) };
            }
            else if (json.Is("reason"u8))
            {
                state = state with { Why = json.Word() };
            }
            else
            {
                json.Skip();
            }
        }

        return state;
    }

    /// <summary>Until when an operator has lifted the brakes of Alpha: while <c>enabled</c> is true to the bot and <c>expires_at</c> a number ahead.</summary>
    public static Parsed<OperatorOverride> ParseOverride(ref JsonStream json)
    {
        if (json.EnterRootObject() is not null)
        {
            return Parsed<OperatorOverride>.Of(new(null));
        }

        var enabled = false;
        DateTimeOffset? until = null;
        while (json.NextName())
        {
            if (json.Is("enabled"u8))
            {
                enabled = json.Truth();
            }
            else if (json.Is("expires_at"u8))
            {
                json.ToValue();
                // Seconds to the bot, whatever their size: milliseconds and Infinity never end.
                until = json.Token != JsonTokenType.Number ? null
                    : !json.TryNumber(out var seconds) ? (json.Bytes.SequenceEqual("Infinity"u8) ? DateTimeOffset.MaxValue : null)
                    : seconds < 0 ? DateTimeOffset.UnixEpoch
                    : seconds >= (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds ? DateTimeOffset.MaxValue
                    : DateTimeOffset.UnixEpoch.AddSeconds(seconds);
                json.Skip();
            }
            else
            {
                json.Skip();
            }
        }

        return Parsed<OperatorOverride>.Of(new(enabled ? until : null));
    }
}

/// <param name="Until">Null while nothing is lifted.</param>
internal sealed record OperatorOverride(DateTimeOffset? Until);
