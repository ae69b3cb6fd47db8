using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.Bots;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Files;
using Microsoft.Win32.SafeHandles;
using Polly;

namespace Exporter.Tests.Bots;

/// <summary>
/// No byte sequence in any file of a bot makes a reader throw, hang or claim to have seen what is not there. Judged by another
/// reader: <see cref="JsonDocument"/>.
/// </summary>
public sealed class AnyBytesTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "open_positions", "closed_positions", "opened_at", "direction", "side", "blocked_until", "last_triggered", "symbol_states", "state",
        "ts", "signals", "funding", "oi", "confidence", "last_heartbeat_ts", "metadata", "available_margin", "mode",
        "restrict_to_golden_hour", "status", "global_freeze_active", "soft_kill_switch_active", "reason", "BTCUSDT",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "0", "1", "-3.5e10", "1765831623", "\"\"", "\"LONG\"", "\"degraded\"", "\"probation\"", "\"2025-12-15T20:47:03Z\"",
        "\"\\ud800\"", "\"\\u004cONG\"", "\"12.5\"", "1e999", "NaN",
    ];

    private static readonly Gen<string> Json = Gen.Int.Select(seed => Compose(new Random(seed), 4));

    /// <summary>JSON of the right words in any shape, with and without damage; and plain noise.</summary>
    private static readonly Gen<byte[]> Content = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Json.Select(Encoding.UTF8.GetBytes),
        Json.Select(Gen.Int[0, 400], Gen.Byte, Gen.Bool, (json, at, value, cut) => Damage(Encoding.UTF8.GetBytes(json), at, value, cut)));

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public Task Positions_are_seen_only_where_there_is_a_list_of_them() =>
        Check(FeatureStoreFixture.Positions, bot => bot.ReadPositionsAsync(default), root =>
            root.TryGetProperty("open_positions", out var open) && open.ValueKind == JsonValueKind.Array);

    [Fact]
    public Task A_block_is_seen_only_in_an_object_with_no_other_end_than_a_time() =>
        Check(FeatureStoreFixture.KillSwitch, async bot => (await bot.ReadKillSwitchesAsync(default))[0].Reading, root =>
            root.ValueKind == JsonValueKind.Object
            && (!root.TryGetProperty("blocked_until", out var until) || until.ValueKind is not (JsonValueKind.True or JsonValueKind.Object or JsonValueKind.Array)));

    [Fact]
    public Task A_soft_kill_switch_is_seen_only_in_an_object() => Check(
        FeatureStoreFixture.SoftKill, async bot => (await bot.ReadKillSwitchesAsync(default))[1].Reading, root => root.ValueKind == JsonValueKind.Object);

    [Fact]
    public Task Health_of_the_exchange_is_seen_only_in_an_object() => Check(
        FeatureStoreFixture.ExchangeHealth, async bot => (await bot.ReadKillSwitchesAsync(default))[2].Reading, root => root.ValueKind == JsonValueKind.Object);

    [Fact]
    public Task Probation_is_seen_only_where_every_symbol_has_a_state() =>
        Check(FeatureStoreFixture.Probation, bot => bot.ReadProbationAsync(default), root =>
            root.TryGetProperty("symbol_states", out var states) && states.ValueKind == JsonValueKind.Object
            && states.EnumerateObject().All(symbol => symbol.Value.ValueKind == JsonValueKind.Object
                && symbol.Value.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String));

    [Fact]
    public Task Intelligence_is_seen_only_where_it_is_stamped_and_has_signals() =>
        Check(FeatureStoreFixture.Intelligence, async bot => (await bot.ReadIntelligenceAsync(default))[0].Reading, root =>
            root.TryGetProperty("ts", out var ts) && ts.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && root.TryGetProperty("signals", out var signals) && signals.ValueKind == JsonValueKind.Object);

    [Fact]
    public Task A_heartbeat_is_seen_only_where_its_time_is_there() =>
        Check(FeatureStoreFixture.Heartbeat, async bot => (await bot.ReadHeartbeatsAsync(default))[0].Reading, root =>
            root.TryGetProperty("last_heartbeat_ts", out var last) && last.ValueKind is JsonValueKind.String or JsonValueKind.Number);

    [Fact]
    public Task A_config_is_whole_only_where_its_key_is_there() =>
        Check<BotConfig>(
            FeatureStoreFixture.TradingConfig,
            async bot => (await bot.ReadConfigsAsync(default))[0].Reading is Reading<BotConfig>.Seen { Value.MissingKeys.IsEmpty: true } whole
                ? whole
                : new Reading<BotConfig>.Absent("", ""),
            root => root.TryGetProperty("mode", out var mode) && mode.ValueKind != JsonValueKind.Null);

    [Fact]
    public async Task Blocked_signals_take_any_lines_and_never_count_down()
    {
        _fixture.Write(FeatureStoreFixture.BlockedSignals, "");
        var bot = _fixture.Read();
        (await bot.ReadBlockedSignalsAsync(default)).Seen();
        var total = 0L;
        await Content.SampleAsync(
            async bytes =>
            {
                using (var file = new FileStream(_fixture[FeatureStoreFixture.BlockedSignals], FileMode.Append))
                {
                    await file.WriteAsync(bytes);
                }

                var counts = (await bot.ReadBlockedSignalsAsync(default)).Seen().Counts;
                var before = total;
                total = counts.Sum(count => count.Count);
                return total >= before && counts.Length <= 51;
            },
            threads: 1);
    }

    [Fact]
    public void The_size_of_the_buffer_changes_nothing() =>
        Gen.Select(Content, Gen.Int[16, 64]).Sample(
            (bytes, size) =>
            {
                var path = _fixture.Write("sample.json", bytes);
                return Outcome(path, size) == Outcome(path, JsonStream.DefaultBufferBytes);
            },
            threads: 1);

    private static string Outcome(string path, int bufferBytes)
    {
        using var file = File.OpenHandle(path);
        try
        {
            return Describe(file, bufferBytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "invalid";
        }
    }

    private static string Describe(SafeFileHandle file, int bufferBytes)
    {
        var json = new JsonStream(file, long.MaxValue, bufferBytes);
        try
        {
            var parsed = PositionsFile.Parse(ref json);
            json.End();
            return parsed.Lack ?? $"{parsed.Value!.NewestOpenedAt} {parsed.Value.ClosedCount} {string.Join(',', parsed.Value.Open)}";
        }
        finally
        {
            json.Dispose();
        }
    }

    private async Task Check<T>(string file, Func<FeatureStoreBot, ValueTask<Reading<T>>> read, Func<JsonElement, bool> isThere)
    {
        // Without reading again: what is torn here stays torn.
        var bot = new FeatureStoreBot("alpha", new BotOptions { Root = _fixture.Root }, Impatient.Habits());
        await Content.SampleAsync(
            async bytes =>
            {
                _fixture.Write(file, bytes);
                return await read(bot) is not Reading<T>.Seen || IsThere(bytes, isThere);
            },
            threads: 1,
            iter: 400);
    }

    private static bool IsThere(byte[] bytes, Func<JsonElement, bool> isThere)
    {
        // The other reader knows no NaN, and takes it for the number that it is not.
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(bytes).Replace("NaN", "-1", StringComparison.Ordinal));
        return document.RootElement.ValueKind == JsonValueKind.Object && isThere(document.RootElement);
    }

    private static string Compose(Random random, int depth)
    {
        var kind = depth == 4 ? random.Next(1, 8) : random.Next(10);
        if (depth == 0 || kind == 0 || kind > 7)
        {
            return Scalars[random.Next(Scalars.Length)];
        }

        var parts = Enumerable.Range(0, random.Next(5));
        return kind == 1
            ? $"[{string.Join(", ", parts.Select(_ => Compose(random, depth - 1)))}]"
            : $"{{{string.Join(",", parts.Select(_ => $"\"{Keys[random.Next(Keys.Length)]}\": {Compose(random, depth - 1)}"))}}}";
    }

    private static byte[] Damage(byte[] json, int at, byte value, bool cut)
    {
        if (json.Length == 0)
        {
            return json;
        }

        at %= json.Length;
        if (cut)
        {
            return json[..at];
        }

        json[at] = value;
        return json;
    }
}
