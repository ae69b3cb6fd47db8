using Exporter.Bots.Kinds.FeatureStore;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exporter.Alertmanager;
using Exporter.Bots;
using Exporter.Bots.Files;
using Exporter.Configuration;
using Exporter.Tests.Bots;
using Exporter.Tests.Loop;
using Exporter.Venues;
using Polly;
using Xunit.Abstractions;

namespace Exporter.Tests.Fuzz;

/// <summary>
/// Everything that parses foreign bytes, fed with mutations of the corpus for a bounded time: nothing throws, nothing hangs, and nothing
/// is taken for good that another parser calls broken. <c>FUZZ_SECONDS</c> is the time for each target, <c>FUZZ_SEED</c> repeats a run.
/// An input that fails is written to <c>TestResults</c>; it belongs into the corpus, under a name that says what it is.
/// </summary>
public sealed partial class FuzzTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>A parser that needs longer for 64 KiB hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private static readonly VenuePreset[] Presets = [.. VenuePresets.Exchanges, VenuePresets.CoinGlass];

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 1_000 };

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _fixture.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [Trait("Category", "slow")]
    [InlineData("webhook")]
    [InlineData("venue")]
    [InlineData("configuration")]
    [InlineData("positions")]
    [InlineData("kill_switch")]
    [InlineData("probation")]
    [InlineData("intelligence")]
    [InlineData("heartbeat")]
    [InlineData("bot_config")]
    [InlineData("blocked_signals")]
    public async Task No_bytes_make_a_parser_throw_hang_or_accept_what_is_broken(string target)
    {
        var seed = Number("FUZZ_SEED") ?? Random.Shared.Next();
        var length = TimeSpan.FromSeconds(Number("FUZZ_SECONDS") ?? 5);
        output.WriteLine($"FUZZ_SEED={seed}");
        var corpus = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Exporter.Tests", "Fuzz", "corpus", target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        var mutator = new Mutator(corpus, new Random(seed));
        var judge = Judge(target);

        var tried = 0;
        foreach (var input in corpus)
        {
            await TryAsync(target, judge, input, seed);
        }

        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < length; tried++)
        {
            await TryAsync(target, judge, mutator.Next(), seed);
        }

        output.WriteLine($"{corpus.Count} inputs of the corpus and {tried} mutations.");
    }

    private static async Task TryAsync(string target, Func<byte[], Task<string?>> judge, byte[] input, int seed)
    {
        string? wrong;
        try
        {
            // On another thread, so that an endless loop ends the test and not the run.
            wrong = await Task.Run(() => judge(input)).WaitAsync(Hang);
        }
        catch (TimeoutException)
        {
            wrong = $"hangs: no answer in {Hang.TotalSeconds} s";
        }
        catch (Exception e)
        {
            wrong = $"throws: {e}";
        }

        if (wrong is not null)
        {
            var results = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults"));
            var path = Path.Combine(results.FullName, $"fuzz-{target}-{seed}");
            await File.WriteAllBytesAsync(path, input);
            Assert.Fail($"{target} {wrong}\nFUZZ_SEED={seed}, the input is {path}:\n{Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, 500)))}");
        }
    }

    /// <summary>Null when all is well, else what is wrong.</summary>
    private Func<byte[], Task<string?>> Judge(string target) => target switch
    {
        "webhook" => input => Task.FromResult(Webhook(input)),
        "venue" => input => Task.FromResult(Venue(input)),
        "configuration" => input => Task.FromResult(Configuration(input)),
        "positions" => Read(FeatureStoreFixture.Positions, bot => bot.ReadPositionsAsync(default), "open_positions"),
        "kill_switch" => Read(FeatureStoreFixture.KillSwitch, async bot => (await bot.ReadKillSwitchesAsync(default))[0].Reading, null),
        "probation" => Read(FeatureStoreFixture.Probation, bot => bot.ReadProbationAsync(default), "symbol_states"),
        "intelligence" => Read(FeatureStoreFixture.Intelligence, async bot => (await bot.ReadIntelligenceAsync(default))[0].Reading, "ts"),
        "heartbeat" => Read(FeatureStoreFixture.Heartbeat, async bot => (await bot.ReadHeartbeatsAsync(default))[0].Reading, "last_heartbeat_ts"),
        "bot_config" => Read(FeatureStoreFixture.TradingConfig, async bot => (await bot.ReadConfigsAsync(default))[0].Reading, null),
        "blocked_signals" => BlockedSignalsAsync,
        _ => throw new UnreachableException(),
    };

    private static string? Webhook(byte[] input)
    {
        switch (WebhookReader.Parse(input))
        {
            case WebhookRequest.Broken { Status: 400 or 413 }:
                return null;
            case WebhookRequest.Broken { Status: var status }:
                return $"answers {status}";
        }

        if (Parse(input, default) is not { ValueKind: JsonValueKind.Object } root)
            return "accepts what is no JSON object";
        return Holds(root, "version", "4") ? null : "accepts another version";
    }

    private static string? Venue(byte[] input)
    {
        foreach (var preset in Presets)
        {
            foreach (var status in (ReadOnlySpan<int>)[200, 204, 302, 400, 403, 418, 429, 451, 500, 503])
            {
                var verdict = AnswerJudge.Judge(preset, new VenueAnswer(status, input), "the-secret");
                if (verdict.What.Any(char.IsControl) || verdict.What.Length > 1_000)
                    return $"says what no log should hold: {verdict.What}";
                if (verdict.Cause is null && (status != preset.SuccessStatus || Parse(input, default) is not { ValueKind: JsonValueKind.Object }))
                    return $"takes HTTP {status} for a success of {preset.Name}";
            }
        }

        return null;
    }

    private string? Configuration(byte[] input)
    {
        var path = _directory["exporter.json"];
        File.WriteAllBytes(path, input);
        var loaded = new ConfigurationLoader(new() { ConfigFile = path }, new Dictionary<string, string>()).LoadForServer();
        if (loaded is LoadedConfiguration.Invalid { Errors: var errors })
            return errors.IsEmpty ? "refuses without a reason" : null;
        return Parse(input, WithComments) is { ValueKind: JsonValueKind.Object } ? null : "accepts what is no JSON object";
    }

    private Func<byte[], Task<string?>> Read<T>(string file, Func<FeatureStoreBot, ValueTask<Reading<T>>> read, string? needed)
    {
        // Without reading again: what is torn here stays torn.
        var bot = new FeatureStoreBot("alpha", new BotOptions { Root = _fixture.Root }, Impatient.Habits());
        return async input =>
        {
            _fixture.Write(file, input);
            if (await read(bot) is not Reading<T>.Seen)
                return null;
            if (Parse(PythonAsJson(input), new JsonDocumentOptions { MaxDepth = 1000 }) is not { ValueKind: JsonValueKind.Object } root)
                return "sees something in what is no JSON object";
            return needed is null || Holds(root, needed) ? null : $"sees something without {needed}";
        };
    }

    private async Task<string?> BlockedSignalsAsync(byte[] input)
    {
        _fixture.Write(FeatureStoreFixture.BlockedSignals, input);
        return await _fixture.Read().ReadBlockedSignalsAsync(default) is Reading<BlockedSignals>.Seen { Value.Counts.Length: > 51 } ? "counts without bound" : null;
    }

    private static bool Holds(JsonElement root, string name, string? value = null)
    {
        foreach (var member in root.EnumerateObject())
        {
            try
            {
                if (member.NameEquals(name) && (value is null || member.Value.ValueEquals(value)))
                    return true;
            }
            catch (InvalidOperationException)
            {
                // An escaped half of a surrogate pair is JSON, but neither this name nor this value.
            }
        }

        return false;
    }

    /// <summary>A bot's files are Python's: the other reader is shown numbers where Python has words for some.</summary>
    private static byte[] PythonAsJson(byte[] input) => [.. Encoding.Latin1.GetBytes(PythonNumber().Replace(Encoding.Latin1.GetString(input), "0"))];

    [GeneratedRegex("-?Infinity|NaN")]
    private static partial Regex PythonNumber();

    private static JsonElement? Parse(byte[] input, JsonDocumentOptions options)
    {
        try
        {
            var content = input.AsMemory(input.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
            using var document = JsonDocument.Parse(content, options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
