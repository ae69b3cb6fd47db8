using System.Text.Json;
using Exporter.Bots.Files;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>What one row of a log says of a signal. Of a line that is no JSON object everything is null.</summary>
internal sealed record RefusalRow
{
    public DateTimeOffset? At { get; private set; }

    public string? Symbol { get; private set; }

    public string? Side { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>The gate that the row names.</summary>
    public string? Gate { get; private set; }

    public string? Disposition { get; private set; }

    public string? Decision { get; private set; }

    public bool? ShouldTrade { get; private set; }

    public static RefusalRow Of(ReadOnlySpan<byte> line)
    {
        var row = new RefusalRow();
        try
        {
            var json = new JsonStream(line);
            try
            {
                row.Read(ref json);
                json.End();
                return row;
            }
            finally
            {
                json.Dispose();
            }
        }
        catch (Exception e) when (e is MalformedJsonException or OversizeException)
        {
            // Two writers in one line, or a torn one: nothing in it is to be trusted.
            return new RefusalRow();
        }
    }

    private void Read(ref JsonStream json)
    {
        if (json.EnterRootObject() is not null)
        {
            return;
        }

        string? reason = null, blockReason = null;
        while (json.NextName())
        {
            if (json.Is("ts"u8)) At = json.Time();
            else if (json.Is("symbol"u8)) Symbol = json.Word();
            else if (json.Is("side"u8)) Side = json.Word();
            else if (json.Is("direction"u8)) Side = json.Word() ?? Side;
            else if (json.Is("reason"u8)) reason = json.Word();
            else if (json.Is("block_reason"u8)) blockReason = json.Word();
            else if (json.Is("block_gate"u8)) Gate = json.Word();
            else if (json.Is("disposition"u8)) Disposition = json.Word();
            else if (json.Is("decision"u8)) Decision = json.Word();
            else if (json.Is("should_trade"u8)) ShouldTrade = json.Flag();
            else json.Skip();
        }

        Reason = string.IsNullOrWhiteSpace(reason) ? blockReason : reason;
    }
}
