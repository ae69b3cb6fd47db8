using Exporter.Healing;
using Exporter.Healing.Ledger;

namespace Exporter.Tests.Healing;

/// <summary>What belongs together: duplicates, resolved alerts, late deliveries, shared triggers, the order of a check's actions.</summary>
public sealed class EpisodeTests
{
    [Fact]
    public async Task The_same_alert_is_a_duplicate_while_its_healing_runs()
    {
        await using var world = new HealingWorld().Start();
        var finish = new TaskCompletionSource();
        world.Action.OnRun = async (_, _) =>
        {
            await finish.Task;
            world.Health.Mend("alpha");
            return new ActionResult.Done { Reason = "Mended." };
        };
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(world.Action.Runs == 1));

        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(fingerprint: "other")));

        finish.SetResult();
        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
    }

    [Fact]
    public async Task After_a_recovery_it_is_a_duplicate_as_long_as_the_check_is_healthy_and_then_the_next_attempt()
    {
        await using var world = Healable();
        await world.ReceiveAsync(world.Firing());
        await world.VerdictsAsync();
        world.Publish();
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));

        await world.PassAsync(TimeSpan.FromMinutes(3));
        world.Health.Break("alpha");
        world.Health.Publish();

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));
        await world.VerdictsAsync(2);
        Assert.Equal(2, Assert.Single(await world.EpisodesAsync()).Attempts);
    }

    [Fact]
    public async Task Two_alertmanagers_at_the_same_moment_make_one_healing()
    {
        await using var world = Healable();
        var gate = new TaskCompletionSource();

        var deliveries = Enumerable.Range(0, 16).Select(async sender =>
        {
            await gate.Task;
            // A pair of Prometheus servers: the same alert, begun at slightly different times.
            return await world.ReceiveAsync(world.Firing(startsAt: world.Time.GetUtcNow().AddSeconds(-sender)));
        }).ToArray();
        gate.SetResult();
        var dispositions = await Task.WhenAll(deliveries);

        Assert.Equal(1, dispositions.Count(disposition => disposition == Disposition.Accepted));
        Assert.Equal(15, dispositions.Count(disposition => disposition == Disposition.Duplicate));
        await world.VerdictsAsync();
        Assert.Single(await world.HealingsAsync());
        Assert.Equal(1, world.Action.Runs);
    }

    [Fact]
    public async Task Resolved_cancels_what_has_not_started()
    {
        await using var world = new HealingWorld().Start();
        var look = new TaskCompletionSource();
        world.Health.OnVerify = (_, _) => look.Task;
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(world.Health.Verifications == 1));

        Assert.Equal(Disposition.Resolved, await world.ReceiveAsync(world.Resolved()));
        look.SetResult();

        Assert.IsType<Verdict.Cancelled>(Assert.Single(await world.VerdictsAsync()));
        await world.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(0, world.Action.Runs);
        Assert.NotNull(Assert.Single(await world.EpisodesAsync()).EndedAt);
    }

    [Fact]
    public async Task The_episode_lasts_until_every_alert_that_joined_it_has_resolved()
    {
        await using var world = Healable();
        await world.ReceiveAsync(world.Firing(fingerprint: "one"));
        await world.ReceiveAsync(world.Firing(fingerprint: "two"));

        await world.ReceiveAsync(world.Resolved(fingerprint: "one"));
        Assert.Null(Assert.Single(await world.EpisodesAsync()).EndedAt);

        await world.ReceiveAsync(world.Resolved(fingerprint: "two"));
        Assert.NotNull(Assert.Single(await world.EpisodesAsync()).EndedAt);
    }

    [Fact]
    public async Task A_delivery_that_the_resolution_overtook_starts_nothing()
    {
        await using var world = Healable();
        var began = world.Time.GetUtcNow();
        await world.ReceiveAsync(world.Firing(startsAt: began));
        await world.VerdictsAsync();
        await world.ReceiveAsync(world.Resolved());
        world.Health.Break("alpha");

        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(startsAt: began)));

        Assert.Single(await world.HealingsAsync());
        world.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing()));
    }

    /// <summary>Alertmanager resolves what Prometheus could not repeat to it for a while; the same firing comes again, with the same beginning.</summary>
    [Fact]
    public async Task A_resolution_that_the_check_belies_does_not_keep_the_same_firing_from_being_healed()
    {
        await using var world = Healable();
        var began = world.Time.GetUtcNow();
        await world.ReceiveAsync(world.Firing(startsAt: began));
        await world.VerdictsAsync();
        world.Health.Break("alpha");
        await world.ReceiveAsync(world.Resolved());
        world.Time.Advance(TimeSpan.FromMinutes(5));
        world.Publish();

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing(startsAt: began)));

        Assert.All(await world.VerdictsAsync(2), verdict => Assert.IsType<Verdict.Healed>(verdict));
        await world.ReceiveAsync(world.Resolved());
        Assert.All(await world.EpisodesAsync(), episode => Assert.NotNull(episode.EndedAt));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exhausted_is_cleared_by_resolved_and_by_a_healthy_check(bool byResolved)
    {
        await using var world = new HealingWorld().Start();
        world.Health.Break("alpha");
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(Exhausted(world) == 1));

        if (byResolved)
        {
            await world.ReceiveAsync(world.Resolved());
        }
        else
        {
            world.Health.Mend("alpha");
            world.Publish();
        }

        await world.UntilAsync(() => Task.FromResult(Exhausted(world) == 0));
    }

    [Fact]
    public async Task Refreshes_with_one_trigger_share_healing_cooldown_and_result()
    {
        await using var world = new HealingWorld();
        world.Actions.Clear();
        foreach (var name in (string[])["refresh_coinglass", "refresh_intelligence"])
        {
            var action = new FakeAction(name, name == "refresh_coinglass" ? "coinglass_api" : "intelligence_freshness") { Group = "trigger-1" };
            action.OnRun = (_, _) =>
            {
                world.Health.Mend("alpha", "coinglass_api");
                world.Health.Mend("alpha", "intelligence_freshness");
                return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Refreshed." });
            };
            world.Actions.Add(action);
            world.Health.Break("alpha", action.Spec.Check);
        }

        world.Start();

        Assert.Equal(Disposition.Accepted, await world.ReceiveAsync(world.Firing(action: "refresh_intelligence", fingerprint: "a")));
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(action: "refresh_coinglass", fingerprint: "b")));
        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(action: "refresh_coinglass", fingerprint: "b")));
        Assert.Equal(1, world.Actions.Sum(action => action.Runs));
    }

    [Fact]
    public async Task When_one_action_is_exhausted_the_next_has_its_turn_and_only_the_last_one_pages()
    {
        var options = HealingWorld.Enabled();
        options.MaxAttempts = 2;
        options.Order["config_integrity"] = ["mend", "restart_bot"];
        await using var world = new HealingWorld(options);
        var restart = new FakeAction("restart_bot", "bot_heartbeat");
        world.Actions.Add(restart);
        world.Health.Break("alpha");
        world.Start();

        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(restart.Runs == 1));
        Assert.Equal(2, world.Action.Runs);
        Assert.Empty(world.Escalated);
        Assert.Equal(0, Exhausted(world));
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));

        await world.VerdictsAsync(4);
        await world.UntilAsync(() => Task.FromResult(Exhausted(world, "restart_bot") == 1 && world.Escalated.Count > 0));
        Assert.Equal("restart_bot", Assert.Single(world.Escalated).Action);
        Assert.Equal((2, 2, 0), (world.Action.Runs, restart.Runs, (int)Exhausted(world)));
        Assert.All(await world.HealingsAsync(), healing => Assert.Equal("config_integrity", healing.Check));

        await world.ReceiveAsync(world.Resolved());
        await world.UntilAsync(() => Task.FromResult(Exhausted(world, "restart_bot") == 0));
        Assert.All(await world.EpisodesAsync(), episode => Assert.NotNull(episode.EndedAt));
    }

    [Fact]
    public async Task A_suggestion_is_repeated_ever_more_rarely_and_never_exhausts()
    {
        await using var world = new HealingWorld();
        world.Action.Spec = world.Action.Spec with { OnlySuggests = true, ChangesTheBot = false };
        world.Action.OnRun = (_, _) => ValueTask.FromResult<ActionResult>(new ActionResult.Suggested { Reason = "Close BTCUSDT." });
        world.Health.Break("alpha");
        world.Start();
        await world.ReceiveAsync(world.Firing());

        await world.PassAsync(TimeSpan.FromMinutes(31));

        // 0, 2, 6, 14, 30 minutes.
        Assert.All(await world.VerdictsAsync(5), verdict => Assert.IsType<Verdict.Suggested>(verdict));
        Assert.Equal(5, (await world.HealingsAsync()).Count);
        Assert.Empty(world.Escalated);
        Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing()));
    }

    [Fact]
    public async Task A_hundred_alerts_that_join_a_suggestion_do_not_have_it_said_a_hundred_times()
    {
        await using var world = new HealingWorld();
        world.Action.Spec = world.Action.Spec with { OnlySuggests = true, ChangesTheBot = false };
        world.Action.OnRun = (_, _) => ValueTask.FromResult<ActionResult>(new ActionResult.Suggested { Reason = "Close BTCUSDT." });
        world.Health.Break("alpha");
        world.Start();
        await world.ReceiveAsync(world.Firing(fingerprint: "first"));
        await world.VerdictsAsync();

        for (var symbol = 0; symbol < 100; symbol++)
            Assert.Equal(Disposition.Duplicate, await world.ReceiveAsync(world.Firing(fingerprint: $"symbol{symbol}")));

        Assert.Single(await world.HealingsAsync());
    }

    private static double Exhausted(HealingWorld world, string action = "mend") =>
        world.Metric("tradingbot_healing_exhausted", ("bot", "alpha"), ("action", action));

    private static HealingWorld Healable()
    {
        var world = new HealingWorld();
        world.Health.Break("alpha");
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return world.Start();
    }

    /// <summary>An alert that comes and goes while the action runs must not buy the bot another restart each time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_run_cost_counts_also_where_its_alert_resolved_meanwhile(int timesGone)
    {
        var options = HealingWorld.Enabled();
        options.Cooldown = TimeSpan.FromHours(1);
        await using var world = new HealingWorld(options);
        var runs = new TaskCompletionSource<ActionResult>();
        world.Action.OnRun = (_, _) => new(runs.Task);
        world.Start();
        world.Health.Break("alpha");
        await world.ReceiveAsync(world.Firing());
        await world.UntilAsync(() => Task.FromResult(world.Action.Runs == 1));

        for (var gone = 0; gone < timesGone; gone++)
        {
            await world.ReceiveAsync(world.Resolved());
            world.Time.Advance(TimeSpan.FromSeconds(2));
            world.Publish();
            await world.ReceiveAsync(world.Firing());
        }

        runs.SetResult(new ActionResult.Failed { Reason = "It did not help." });
        await world.UntilAsync(async () => (await world.HealingsAsync())[0].State is HealingState.Ended);
        await world.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(1, world.Action.Runs);
        var last = (await world.EpisodesAsync())[^1];
        Assert.Equal((1, 1), (last.Attempts, last.Setbacks));
        Assert.NotNull(last.CoolUntil);
    }

    /// <summary>A label that never repeats makes an alert of its own of every delivery.</summary>
    [Fact]
    public async Task Ever_new_fingerprints_do_not_fill_the_ledger()
    {
        await using var world = new HealingWorld().Start();
        world.Health.Break("alpha");
        for (var batch = 0; batch < 20; batch++)
        {
            var alerts = Enumerable.Range(0, 100).Select(number => world.Firing(fingerprint: $"{batch}-{number}")).ToList();
            await world.Engine.ReceiveAsync(alerts, CancellationToken.None);
        }

        Assert.Equal(AlertTable.MaxAlerts, await NumberAsync(world, "SELECT count(*) FROM alerts"));
        Assert.Equal(2_000 - AlertTable.MaxAlerts, await NumberAsync(world, "SELECT sum(folded_alerts) FROM episodes"));
        await world.ReceiveAsync(world.Resolved(fingerprint: "19-99"));
        Assert.Null((await world.EpisodesAsync())[^1].EndedAt);
    }

    [Fact]
    public async Task Episodes_that_come_and_go_do_not_fill_the_ledger()
    {
        await using var world = new HealingWorld();
        await world.Ledger.WriteAsync(
            write =>
            {
                for (var number = 0; number < EpisodeTable.MaxEnded + 1_000; number++)
                    write.Save(write.Begin("alpha", "mend", $"{number}", "mend", "config_integrity").Ended(write.Now));
                return true;
            },
            CancellationToken.None);

        Assert.InRange(await NumberAsync(world, "SELECT count(*) FROM episodes"), EpisodeTable.MaxEnded, EpisodeTable.MaxEnded + 256);
        Assert.InRange(await NumberAsync(world, "SELECT value FROM facts WHERE name = 'folded_episodes'"), 700, 1_000);
    }

    [Fact]
    public async Task Pauses_without_end_are_folded_and_hold_all_the_same()
    {
        await using var world = new HealingWorld(bots: ["alpha", "beta"]).Start();
        await world.Engine.Pauses.AddAsync("of beta", ["beta"], [], null, CancellationToken.None);
        var last = world.Time.GetUtcNow() + TimeSpan.FromDays(5);
        for (var number = 0; number < 300; number++)
            await world.Engine.Pauses.AddAsync($"number {number}", ["alpha"], ["mend"], number == 0 ? last : last - TimeSpan.FromDays(4), CancellationToken.None);

        var holding = await world.Engine.Pauses.HoldingAsync(CancellationToken.None);

        Assert.Equal(PauseTable.MaxHolding, holding.Length);
        var oldest = holding[0];
        Assert.Contains("older pauses", oldest.Reason, StringComparison.Ordinal);
        Assert.Equal(["alpha", "beta"], oldest.Bots.Order());
        Assert.Empty(oldest.Actions);
        Assert.Null(oldest.Until);
        foreach (var pause in holding)
            await world.Engine.Pauses.LiftAsync(pause.Id, CancellationToken.None);
        Assert.Empty(await world.Engine.Pauses.HoldingAsync(CancellationToken.None));
    }

    /// <summary>The sink for escalations may be what is broken.</summary>
    [Fact]
    public async Task An_escalation_that_hangs_does_not_keep_healing_waiting()
    {
        await using var world = new HealingWorld(bots: ["alpha", "beta"]);
        world.Action.OnRun = (target, _) =>
        {
            world.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        world.Start();
        var asked = new TaskCompletionSource();
        world.Engine.Escalate = async (_, cancellation) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        };
        await world.Ledger.WriteAsync(
            write =>
            {
                write.Escalate("a", new EscalationNotice(EscalationCause.Critical, "beta", null, "network", "It is down.", write.Now));
                return true;
            },
            CancellationToken.None);
        await world.UntilAsync(() => Task.FromResult(asked.Task.IsCompleted));

        await world.ReceiveAsync(world.Firing());

        Assert.IsType<Verdict.Healed>(Assert.Single(await world.VerdictsAsync()));
        Assert.Equal(world.Time.GetUtcNow().ToUnixTimeSeconds(), world.Metric("tradingbot_healing_loop_timestamp_seconds"), tolerance: 5);
    }

    private static Task<long> NumberAsync(HealingWorld world, string query) =>
        world.Ledger.WriteAsync(read => read.Number(query) ?? 0, CancellationToken.None);
}
