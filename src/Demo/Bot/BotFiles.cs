using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Demo.Bot;

/// <summary>Writes a bot's state the way the reference bot does: open, truncate, write. Whoever reads in between sees a torn file.</summary>
internal sealed class BotFiles(string root, TimeSpan tear, TimeProvider time)
{
    public const string KillSwitch = "feature_store/max_drawdown_kill_switch_state.json";
    public const string SoftKill = "feature_store/healing_escalation_state.json";
    public const string ExchangeHealth = "feature_store/exchange_health_state.json";
    public const string TradingFrozen = "logs/trading_frozen.flag";
    public const string GlobalFreeze = "logs/phase82_state.json";
    public const string Positions = "logs/positions_futures.json";
    public const string Probation = "feature_store/symbol_probation_state.json";
    public const string Intelligence = "feature_store/intelligence/summary.json";
    public const string Heartbeat = "state/heartbeats/bot_cycle.json";
    public const string TradingConfig = "configs/trading_config.json";
    public const string GoldenHour = "feature_store/golden_hour_config.json";
    public const string BlockedSignals = "logs/blocked_signals.jsonl";

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public string this[string file] => Path.Combine(root, file);

    public void CreateDirectories()
    {
        foreach (var directory in (ReadOnlySpan<string>)["feature_store/intelligence", "logs", "state/heartbeats", "configs"])
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
        }
    }

    /// <summary>Two writes with a pause between them, so that a reader meets the torn file in earnest.</summary>
    public async Task WriteAsync(string file, JsonNode content, CancellationToken cancellation)
    {
        var bytes = Bytes(content);
        var half = bytes.Length / 2;
        await using var stream = new FileStream(this[file], FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await stream.WriteAsync(bytes.AsMemory(0, half), cancellation);
        await Task.Delay(tear, time, cancellation);
        await stream.WriteAsync(bytes.AsMemory(half), cancellation);
    }

    /// <summary>A write that broke off in the middle, as when the bot was killed or the disk was full.</summary>
    public Task WriteHalfAsync(string file, JsonNode content, CancellationToken cancellation)
    {
        var bytes = Bytes(content);
        return File.WriteAllBytesAsync(this[file], bytes[..(bytes.Length / 2)], cancellation);
    }

    public Task AppendLineAsync(string file, JsonNode content, CancellationToken cancellation) =>
        File.AppendAllTextAsync(this[file], content.ToJsonString() + "\n", cancellation);

    public void Delete(string file) => File.Delete(this[file]);

    private static byte[] Bytes(JsonNode content)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            content.WriteTo(writer);
        }

        buffer.Write(Encoding.UTF8.GetBytes("\n"));
        return buffer.ToArray();
    }
}
