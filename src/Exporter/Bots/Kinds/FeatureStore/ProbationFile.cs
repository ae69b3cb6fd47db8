using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary><c>symbol_states.{SYMBOL}</c>. A symbol without a state makes the whole reading unknown: it may be on probation.</summary>
internal static class ProbationFile
{
    public static Parsed<ImmutableArray<SymbolState>> Parse(ref JsonStream json)
    {
        if (json.EnterRootObject() is { } noObject)
        {
            return Parsed<ImmutableArray<SymbolState>>.Lacks(noObject);
        }

        Dictionary<string, SymbolState>? states = null;
        var lack = "has no symbol_states";
        while (json.NextName())
        {
            if (json.Is("symbol_states"u8))
            {
                states = [];
                lack = ReadStates(ref json, states);
            }
            else
            {
                json.Skip();
            }
        }

        return lack is null
            ? Parsed<ImmutableArray<SymbolState>>.Of([.. states!.Values.OrderBy(state => state.Symbol, StringComparer.Ordinal)])
            : Parsed<ImmutableArray<SymbolState>>.Lacks(lack);
    }

    private static string? ReadStates(ref JsonStream json, Dictionary<string, SymbolState> states)
    {
        json.ToValue();
        if (json.Token != JsonTokenType.StartObject)
        {
            json.Skip();
            return "has symbol_states that are no object";
        }

        var stateless = 0;
        while (json.NextName())
        {
            var symbol = json.Text();
            json.ToValue();
            if (json.Token == JsonTokenType.StartObject && ReadState(ref json, symbol) is { } state)
            {
                states[symbol] = state;
                OversizeException.ThrowIfMore(states.Count, FeatureStoreBot.MaxEntries, "symbols in symbol_states");
            }
            else
            {
                json.Skip();
                stateless++;
            }
        }

        return stateless == 0 ? null : $"has {stateless} of its symbols in symbol_states without a state";
    }

    private static SymbolState? ReadState(ref JsonStream json, string symbol)
    {
        string? state = null;
        DateTimeOffset? enteredAt = null;
        string? why = null;
        while (json.NextName())
        {
            if (json.Is("state"u8))
            {
                state = json.Word();
            }
            else if (json.Is("entered_at"u8))
            {
                enteredAt = json.Time();
            }
            else if (json.Is("reason"u8))
            {
                why = json.Word();
            }
            else
            {
                json.Skip();
            }
        }

        return string.IsNullOrWhiteSpace(state) ? null : new SymbolState(symbol, state.Trim().ToLowerInvariant(), enteredAt, why);
    }
}
