using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Microsoft.Data.Sqlite;

namespace Exporter.EndToEnd;

/// <summary>
/// One bot whose configuration breaks again and again, an Alertmanager that keeps asking for it to be healed, and an exporter that is
/// killed while it does. It remembers what was answered 202, to look for it in the ledger.
/// </summary>
internal sealed class KilledBot : IDisposable
{
    private const string Restore = "restore_config";
    private const string ConfigName = "configs/trading_config.json";
    private const string Good = """{ "mode": "paper", "max_open_positions": 10 }""";

    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random;
    private readonly string _action;
    private readonly TimeSpan _longestLife;
    private readonly HashSet<string> _accepted = [];
    private readonly List<string> _broken = [];
    private DateTimeOffset _startsAt = TimeProvider.System.GetUtcNow();
    private ProgramClock? _clock;
    private PublishedExporter? _exporter;
    private bool _fateRests;

    private KilledBot(int seed, string action, TimeSpan longestLife, JsonObject healing)
    {
        _random = new Random(seed);
        _action = action;
        _longestLife = longestLife;
        _directory.Write($"bot/{ConfigName}", Good);
        _directory.Write("bot/feature_store/golden_hour_config.json", """{ "restrict_to_golden_hour": true }""");
        _directory.Write("bot/logs/positions_futures.json", """{ "open_positions": [], "closed_positions": [] }""");
        _directory.Write("config.json", Configuration(healing).ToJsonString());
    }

    /// <summary>How often the configuration was found mended.</summary>
    public int Recoveries { get; private set; }

    /// <summary>How often a healing was found interrupted in its middle.</summary>
    public int Interruptions => History().Sum(entry => entry.Steps.Count(step => step.Step == "resumed"));

    /// <summary>How often it was killed between the copy of the broken file and its replacement, or just after.</summary>
    public int KillsAtReplacement { get; private set; }

    private string Config => _directory[$"bot/{ConfigName}"];

    private string Ledger => _directory["state/healing.db"];

    /// <summary>The owner's own action, a script, mends the file within a fraction of a second, and tells when it was called in vain.</summary>
    /// <param name="clockJumps">
    /// Whether somebody sets the exporter's clock ahead and back by days, also while it is down. The files' times go on by the machine's clock:
    /// what is mended in a day that is yet to come looks older than the action, and proves nothing.
    /// </param>
    public static KilledBot WithQuickAction(int seed, bool clockJumps = false)
    {
        var bot = new KilledBot(seed, "mend", TimeSpan.FromSeconds(2.5), []);
        bot._directory.Write("good.json", Good);
        var script = bot._directory.Write("mend.sh",
            $"""
            #!/bin/sh
            if cmp -s '{bot._directory["good.json"]}' '{bot.Config}'; then echo "called for a valid file" >> '{bot._directory["vain"]}'; fi
            sleep 0.1
            cp '{bot._directory["good.json"]}' '{bot.Config}.new' && mv '{bot.Config}.new' '{bot.Config}'
            sleep 0.1
            """);
        bot._directory.Write("config.json", Configuration(new JsonObject
        {
            ["VerifyTimeout"] = clockJumps ? "2s" : "90s",
            ["CustomActions"] = new JsonArray(new JsonObject
            {
                ["Name"] = "mend",
                ["Check"] = "config_integrity",
                ["Trigger"] = new JsonObject { ["Command"] = new JsonObject { ["Argv"] = new JsonArray("/bin/sh", script) } },
            }),
        }).ToJsonString());
        bot._clock = clockJumps ? new ProgramClock(bot._directory["clock"]) : null;
        return bot;
    }

    /// <summary>The exporter's own restoring of a configuration.</summary>
    public static KilledBot WithRestore(int seed) => new(seed, Restore, TimeSpan.FromSeconds(15), new JsonObject
    {
        ["Remedies"] = new JsonObject { ["SettleTime"] = "10s" },
    });

    /// <summary>Breaks, asks, kills and starts again, until there were enough kills over all bots.</summary>
    public async Task TormentAsync(KillCount kills)
    {
        while (!kills.Enough.IsCancellationRequested)
        {
            await using (_exporter = await StartAsync())
            {
                await LiveAsync(kills);
                _exporter.Program.Signal("KILL");
            }

            kills.Add();
            AssertWhole();
        }
    }

    /// <summary>Left alone, the last exporter heals what is still broken, and stops as a service manager asks it to.</summary>
    public async Task RecoverAsync()
    {
        await using (_exporter = await StartAsync())
        {
            _fateRests = true;
            await Eventually.TrueAsync(
                async () =>
                {
                    await AskAsync();
                    return File.ReadAllText(Config) == Good && Ended();
                },
                TimeSpan.FromMinutes(2),
                () => $"Everything accepted should have come to a verdict. {Standing()}");
            Assert.Equal(0, await _exporter.Program.StopAsync());
        }
    }

    public void AssertNothingWasLost()
    {
        AssertWhole();
        Assert.False(File.Exists(_directory["vain"]), "The action ran although the check was healthy: it was not asked before.");

        // A beginning that the exporter takes for one yet to come is recorded as the present.
        var known = Column("SELECT fingerprint || ' ' || starts_at FROM alerts").ToHashSet();
        if (_clock is null)
            Assert.All(_accepted, alert => Assert.Contains(alert, known));
        else
            Assert.True(known.Count >= Recoveries);

        var history = History();
        Assert.All(history, entry => Assert.IsType<HealingState.Ended>(entry.Healing.State));
        Assert.All(history, AssertAskedBetweenRuns);
        // At most one healing of an episode at a time: each one's steps lie before those of the next.
        foreach (var episode in history.Where(entry => !entry.Healing.DryRun).GroupBy(entry => entry.Healing.Episode))
        {
            var spans = episode.OrderBy(entry => entry.Healing.Id).Select(entry => (First: entry.Steps[0].Number, Last: entry.Steps[^1].Number)).ToArray();
            Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.True(pair.First.Last < pair.Second.First));
        }

        AssertJournalAgrees(history);
    }

    public void Dispose() => _directory.Dispose();

    private static JsonObject Configuration(JsonObject healing)
    {
        var own = new JsonObject
        {
            ["Enabled"] = true,
            ["Trigger"] = "alertmanager",
            ["Cooldown"] = "1s",
            ["MaxCooldown"] = "1s",
            ["ReconsiderAfter"] = "1s",
            ["MaxAttempts"] = 100,
            ["MaxPerActionPerHour"] = 100_000,
            ["MaxPerHour"] = 100_000,
            ["HealthyFor"] = "200ms",
            ["VerifyInterval"] = "100ms",
        };
        foreach (var (name, value) in healing)
            own[name] = value?.DeepClone();
        return new JsonObject
        {
            ["Healing"] = own,
            ["Checks"] = new JsonObject
            {
                ["ExchangeApi"] = new JsonObject { ["Exchange"] = "custom", ["Custom"] = new JsonObject { ["Url"] = "http://127.0.0.1:1/time" } },
                ["Network"] = new JsonObject { ["Endpoints"] = new JsonArray("http://127.0.0.1:1") },
            },
        };
    }

    private DateTimeOffset Now => _clock?.Now ?? TimeProvider.System.GetUtcNow();

    private Task<PublishedExporter> StartAsync() => PublishedExporter.StartAsync(
        ["--config.file", _directory["config.json"], "--bot", $"alpha={_directory["bot"]}", "--storage.path", _directory["state"]], _clock?.Environment);

    /// <summary>A life of random length; some end in the very moment when a restore has kept the broken file and is about to replace it.</summary>
    private async Task LiveAsync(KillCount kills)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(kills.Enough);
        var waitsForBackup = _action == Restore && _random.Next(2) == 0;
        life.CancelAfter(waitsForBackup ? _longestLife * 2 : _longestLife * _random.NextDouble());
        var backups = Backups();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        try
        {
            for (var look = 0; !(waitsForBackup && Backups() > backups); look++)
            {
                if (look % 200 == 0)
                    _clock?.Set(TimeSpan.FromDays((_random.NextDouble() * 6) - 3));
                if (look % 100 == 0)
                    await AskAsync();
                await looks.WaitForNextTickAsync(life.Token);
            }

            KillsAtReplacement++;
        }
        catch (OperationCanceledException)
        {
            // Its life is over.
        }
    }

    private bool HasGoodCopy() => Directory.Exists(_directory["state/backups"])
        && Directory.EnumerateFiles(_directory["state/backups"], "*.good", SearchOption.AllDirectories)
            .Any(copy => copy.Contains(Path.GetFileNameWithoutExtension(ConfigName), StringComparison.Ordinal));

    private int Backups() => Directory.Exists(_directory["state/backups"])
        ? Directory.EnumerateFiles(_directory["state/backups"], "*.replaced", SearchOption.AllDirectories).Count()
        : 0;

    /// <summary>What Prometheus and Alertmanager do: look, tell that it fires or that it is over; and the fate that breaks it again.</summary>
    private async Task AskAsync()
    {
        try
        {
            using (await _exporter!.Http.GetAsync(new Uri("metrics", UriKind.Relative)))
            {
            }

            if (File.ReadAllText(Config) != Good)
            {
                if (await PostAsync("firing"))
                    _accepted.Add($"cde0deec1437411d {_startsAt.ToUnixTimeMilliseconds()}");
                return;
            }

            if (_broken.Count > Recoveries)
            {
                if (!Ended() || !await PostAsync("resolved"))
                    return;
                Recoveries++;
            }

            // The first fault comes when the exporter has a copy of the good file; before, it would write its shipped default.
            if (!_fateRests && HasGoodCopy())
                Break();
        }
        catch (HttpRequestException)
        {
            // It was killed under our hands.
        }
    }

    private bool Ended() => History().All(entry => entry.Healing.State is HealingState.Ended);

    private void Break()
    {
        // Torn where it already says paper: anything that may hide real money would be left to a person.
        var garbage = $$"""{ "mode": "paper", "torn": "{{new string('x', _random.Next(1, 3_000))}} {{_broken.Count}}""";
        _broken.Add(garbage);
        _startsAt = DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds());
        File.WriteAllText(Config + ".fate", garbage);
        File.Move(Config + ".fate", Config, overwrite: true);
    }

    private async Task<bool> PostAsync(string status)
    {
        var alert = new JsonObject
        {
            ["status"] = status,
            ["labels"] = new JsonObject { ["alertname"] = "ConfigInvalid", ["bot"] = "alpha", ["heal"] = _action },
            ["startsAt"] = _startsAt.ToString("O", CultureInfo.InvariantCulture),
            ["endsAt"] = status == "firing" ? "0001-01-01T00:00:00Z" : Now.ToString("O", CultureInfo.InvariantCulture),
            ["fingerprint"] = "cde0deec1437411d",
        };
        var body = new JsonObject { ["version"] = "4", ["alerts"] = new JsonArray(alert) };
        using var answer = await _exporter!.Http.PostAsync(
            new Uri("heal", UriKind.Relative), new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        return answer.StatusCode == HttpStatusCode.Accepted;
    }

    /// <summary>The file is there, and it is one of the things that somebody has written whole.</summary>
    private void AssertWhole()
    {
        var content = File.ReadAllText(Config);
        Assert.True(
            content == Good || content == _broken.LastOrDefault(),
            $"After {_broken.Count} faults the configuration is neither whole nor the last fault (healed by {_action}): {content}");
    }

    /// <summary>Between two runs of the action the check was asked: the step <c>resumed</c> says so.</summary>
    private static void AssertAskedBetweenRuns(HealingEntry entry)
    {
        var asked = true;
        foreach (var step in entry.Steps)
        {
            if (step.Step == "running")
            {
                Assert.True(asked, $"Healing {entry.Healing.Id} ran twice without asking the check.");
                asked = false;
            }
            else if (step.Step == "resumed")
            {
                asked = true;
            }
        }
    }

    /// <summary>Every step of the ledger is in the journal; a crash may have repeated a line, and torn none.</summary>
    private void AssertJournalAgrees(IReadOnlyList<HealingEntry> history)
    {
        var journaled = File.ReadLines(_directory["state/logs/failure_point_healing.jsonl"])
            .Select(line => JsonNode.Parse(line)!)
            .Select(line => (line["number"]!.GetValue<long>(), line["id"]!.GetValue<long>(), line["step"]!.GetValue<string>()))
            .ToHashSet();
        var recorded = history.SelectMany(entry => entry.Steps).Select(step => (step.Number, step.Id, step.Step)).ToHashSet();
        Assert.Equal(recorded.Order(), journaled.Order());
    }

    private List<HealingEntry> History()
    {
        List<HealingEntry> all = [];
        var history = new HealingHistory(Ledger);
        for (long? before = null; ; before = all[^1].Healing.Id)
        {
            var page = history.Find(new HealingQuery(Before: before, Limit: HealingHistory.MaxLimit));
            all.AddRange(page);
            if (page.Length < HealingHistory.MaxLimit)
                return all;
        }
    }

    /// <summary>Where things stand, for whoever must find out why they do.</summary>
    private string Standing()
    {
        var last = History().Take(3).Select(entry =>
            $"healing {entry.Healing.Id}: {string.Join(", ", entry.Steps.Select(step => $"{step.Timestamp:HH:mm:ss.fff} {step.Step} ({step.Reason})"))}");
        var alerts = Column("SELECT alerts.episode || ' starts ' || starts_at || ' ended ' || ifnull(alerts.ended_at, 'never') || ' deliveries ' || deliveries FROM alerts ORDER BY alerts.episode DESC LIMIT 3");
        return $"{_action}, {_broken.Count} faults, {Recoveries} recoveries, the last fault at {_startsAt.ToUnixTimeMilliseconds()}; "
            + $"the configuration is {(File.ReadAllText(Config) == Good ? "good" : "broken")}; {string.Join("; ", last)}; alerts: {string.Join("; ", alerts)}";
    }

    private List<string> Column(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Ledger};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string> values = [];
        while (reader.Read())
            values.Add(reader.GetString(0));
        return values;
    }
}
