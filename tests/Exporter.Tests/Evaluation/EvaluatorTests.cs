using Exporter.Checks;
using Exporter.Evaluation;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly CheckResult Fine = CheckResult.Ok("All is well.");
    private static readonly CheckResult Broken = CheckResult.Critical("broken", "It is broken.");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Theory]
    [InlineData(new[] { CheckStatus.Ok, CheckStatus.Ok }, Health.Healthy)]
    [InlineData(new[] { CheckStatus.Ok, CheckStatus.Warning }, Health.Warning)]
    [InlineData(new[] { CheckStatus.Ok, CheckStatus.Unknown }, Health.Warning)]
    [InlineData(new[] { CheckStatus.Unknown, CheckStatus.Critical, CheckStatus.Warning }, Health.Critical)]
    [InlineData(new CheckStatus[0], Health.Healthy)]
    public async Task Health_is_that_of_the_worst_check_and_unknown_is_never_green(CheckStatus[] statuses, Health expected)
    {
        var checks = statuses.Select((status, i) => (ICheck)new ScriptedCheck($"check{i}", With(status))).ToArray();
        var evaluator = EvaluatorOf(checks);

        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal(expected, snapshot.Overall);
    }

    [Fact]
    public async Task A_disabled_check_is_listed_but_outside_health()
    {
        var evaluator = EvaluatorOf(new ScriptedCheck("optional", CheckResult.Disabled("Give it a key file.")));

        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal(Health.Healthy, snapshot.Overall);
        Assert.False(snapshot.Bots[0].Find("optional")!.Result.Enabled);
    }

    [Fact]
    public async Task A_check_that_only_informs_never_changes_health()
    {
        var informs = new ScriptedCheck("informs", CheckResult.Unknown("lost", "Its file is gone."))
        {
            Spec = ScriptedCheck.SpecOf("informs") with { Severity = null },
        };

        var snapshot = await EvaluatorOf(informs).EvaluateAsync(Deadline, default);

        Assert.Equal(Health.Healthy, snapshot.Overall);
        Assert.Equal(CheckStatus.Unknown, snapshot.Bots[0].Find("informs")!.Result.Status);
    }

    [Fact]
    public async Task A_check_that_throws_is_unknown_with_its_message_and_fails_no_other()
    {
        var evaluator = EvaluatorOf(
            new ScriptedCheck("throws", (_, _) => throw new InvalidOperationException("wheel\nfell off")),
            new ScriptedCheck("throws_later", async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("axle broke");
            }),
            new ScriptedCheck("fine", Fine));

        var bot = (await evaluator.EvaluateAsync(Deadline, default)).Bots[0];

        Assert.Equal((CheckStatus.Unknown, "exception"), (bot.Find("throws")!.Result.Status, bot.Find("throws")!.Result.Cause));
        Assert.Contains("wheel fell off", bot.Find("throws")!.Result.Reason, StringComparison.Ordinal);
        Assert.Contains("axle broke", bot.Find("throws_later")!.Result.Reason, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Ok, bot.Find("fine")!.Result.Status);
    }

    [Fact]
    public async Task A_check_that_misses_the_deadline_is_unknown_while_the_others_have_answered()
    {
        var never = new TaskCompletionSource<CheckResult>();
        var (slow, fine) = (new ScriptedCheck("slow", (_, _) => new(never.Task)), new ScriptedCheck("fine", Fine));
        var evaluator = EvaluatorOf(slow, fine);

        var bot = (await Elapse(evaluator.EvaluateAsync(Deadline, default), slow, fine)).Bots[0];

        Assert.Equal((CheckStatus.Unknown, "timeout"), (bot.Find("slow")!.Result.Status, bot.Find("slow")!.Result.Cause));
        Assert.Equal(CheckStatus.Ok, bot.Find("fine")!.Result.Status);
    }

    [Fact]
    public async Task Checks_that_hang_their_threads_do_not_keep_the_others_from_running()
    {
        using var release = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 9).Select(i => new ScriptedCheck($"hangs{i}", (_, _) =>
        {
            release.Wait(CancellationToken.None);
            return new(Fine);
        }));
        var fine = new ScriptedCheck("fine", Fine);
        var evaluator = EvaluatorOf([.. hanging, fine]);
        try
        {
            var evaluation = evaluator.EvaluateAsync(TimeSpan.FromDays(1), default);
            await Eventually.Holds(() =>
            {
                // As long as a stuck worker takes to be noticed; the deadline is far.
                _time.Advance(TimeSpan.FromMilliseconds(20));
                return fine.Runs == 1;
            });
            _time.Advance(TimeSpan.FromDays(1));
            var bot = (await evaluation).Bots[0];

            Assert.Equal(CheckStatus.Ok, bot.Find("fine")!.Result.Status);
            Assert.Equal("timeout", bot.Find("hangs8")!.Result.Cause);
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public async Task A_late_check_goes_on_and_the_next_evaluation_has_its_answer_without_a_second_run()
    {
        var answer = new TaskCompletionSource<CheckResult>();
        var slow = new ScriptedCheck("slow", (_, _) => new(answer.Task));
        var after = new ScriptedCheck("after", (_, _) => new(Fine));
        var evaluator = EvaluatorOf(slow, after);
        await Elapse(evaluator.EvaluateAsync(Deadline, default), slow);

        var second = evaluator.EvaluateAsync(Deadline, default);
        // Whoever has come to the check behind it has joined the late one.
        await Eventually.Holds(() => after.Runs == 2);
        answer.SetResult(Broken);

        Assert.Equal(CheckStatus.Critical, (await second).Bots[0].Checks[0].Result.Status);
        Assert.Equal(1, slow.Runs);
    }

    [Fact]
    public async Task What_a_late_check_found_between_two_evaluations_stands_when_it_is_late_again()
    {
        var answers = new[] { new TaskCompletionSource<CheckResult>(), new TaskCompletionSource<CheckResult>(), new TaskCompletionSource<CheckResult>() };
        var run = 0;
        var slow = new ScriptedCheck("slow", (_, _) => new(answers[run++].Task));
        var evaluator = EvaluatorOf(slow);
        await Elapse(evaluator.EvaluateAsync(Deadline, default), slow);
        // On the pool, where what the result sets off has happened when it is set.
        await Task.Run(() => answers[0].SetResult(Fine));

        var secondTask = evaluator.EvaluateAsync(Deadline, default);
        await Eventually.Holds(() => slow.Runs == 2);
        var second = await Elapse(secondTask);
        var third = await Elapse(evaluator.EvaluateAsync(Deadline, default));

        Assert.Equal(CheckStatus.Ok, second.Bots[0].Checks[0].Result.Status);
        Assert.Equal(CheckStatus.Unknown, third.Bots[0].Checks[0].Result.Status);
    }

    [Fact]
    public async Task The_last_result_of_a_late_check_stands_for_twice_its_interval()
    {
        var hang = false;
        var never = new TaskCompletionSource<CheckResult>();
        var check = new ScriptedCheck("exchange", (_, _) => hang ? new(never.Task) : new(Fine)) { MinInterval = TimeSpan.FromSeconds(30) };
        var evaluator = EvaluatorOf(check);
        var first = await evaluator.EvaluateAsync(Deadline, default);
        hang = true;
        _time.Advance(TimeSpan.FromSeconds(40));

        var stands = await Elapse(evaluator.EvaluateAsync(Deadline, default));
        _time.Advance(TimeSpan.FromSeconds(30));
        var over = await Elapse(evaluator.EvaluateAsync(Deadline, default));

        Assert.Equal((CheckStatus.Ok, first.At), (stands.Bots[0].Checks[0].Result.Status, stands.Bots[0].Checks[0].EvaluatedAt));
        Assert.Equal((CheckStatus.Unknown, "timeout"), (over.Bots[0].Checks[0].Result.Status, over.Bots[0].Checks[0].Result.Cause));
        Assert.Equal(2, check.Runs);
    }

    [Fact]
    public async Task A_check_that_ends_at_its_own_time_out_is_unknown()
    {
        var check = new ScriptedCheck("slow", async (context, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellation);
            return Fine;
        })
        { Timeout = TimeSpan.FromSeconds(2) };
        var evaluator = EvaluatorOf(check);

        var state = (await Elapse(evaluator.EvaluateAsync(TimeSpan.FromDays(1), default), check)).Bots[0].Checks[0];

        Assert.Equal((CheckStatus.Unknown, "timeout"), (state.Result.Status, state.Result.Cause));
        Assert.Contains("2 s", state.Result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Within_its_interval_a_result_is_used_again_and_its_time_shows_so()
    {
        var check = new ScriptedCheck("exchange", Fine) { MinInterval = TimeSpan.FromSeconds(30) };
        var evaluator = EvaluatorOf(check);
        var first = await evaluator.EvaluateAsync(Deadline, default);

        _time.Advance(TimeSpan.FromSeconds(29));
        var again = await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        var fresh = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal(first.Bots[0].Checks[0].EvaluatedAt, again.Bots[0].Checks[0].EvaluatedAt);
        Assert.Equal(_time.GetUtcNow(), fresh.Bots[0].Checks[0].EvaluatedAt);
        Assert.Equal(2, check.Runs);
    }

    [Fact]
    public async Task Concurrent_requests_share_one_evaluation_and_one_who_leaves_does_not_end_it()
    {
        var answer = new TaskCompletionSource<CheckResult>();
        var check = new ScriptedCheck("slow", (_, _) => new(answer.Task));
        var evaluator = EvaluatorOf(check);
        using var impatient = new CancellationTokenSource();
        var left = evaluator.EvaluateAsync(Deadline, impatient.Token);
        var others = Enumerable.Range(0, 8).Select(_ => evaluator.EvaluateAsync(Deadline, default)).ToArray();

        await impatient.CancelAsync();
        answer.SetResult(Fine);
        var snapshots = await Task.WhenAll(others);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.All(snapshots, snapshot => Assert.Same(snapshots[0], snapshot));
        Assert.Equal(1, check.Runs);
    }

    [Fact]
    public async Task Who_cannot_wait_gets_what_was_found_last_and_changes_nothing_for_anybody_else()
    {
        var slow = new TaskCompletionSource<CheckResult>();
        var runs = 0;
        var evaluator = EvaluatorOf(new ScriptedCheck("switch", (_, _) => runs++ == 0 ? new(Broken) : new(slow.Task)));
        var found = await evaluator.EvaluateAsync(Deadline, default);
        var published = 0;
        evaluator.Published += (_, _) => published++;
        _time.Advance(TimeSpan.FromSeconds(30));

        var patient = evaluator.EvaluateAsync(Deadline, default);
        var hurried = evaluator.AskAsync(CheckFilter.All, TimeSpan.FromTicks(1), default);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Same(found, await hurried);
        Assert.Equal(0, published);
        slow.SetResult(Broken);
        Assert.Equal(found.Bots[0].Checks[0].Since, (await patient).Bots[0].Checks[0].Since);
    }

    [Fact]
    public async Task What_was_found_over_a_minute_ago_is_unknown_to_who_cannot_wait()
    {
        var never = new TaskCompletionSource<CheckResult>();
        var runs = 0;
        var evaluator = EvaluatorOf(new ScriptedCheck("switch", (_, _) => runs++ == 0 ? new(Fine) : new(never.Task)));
        var found = await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromSeconds(61));

        var hurried = evaluator.AskAsync(CheckFilter.All, TimeSpan.FromTicks(1), default);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((CheckStatus.Unknown, "timeout"), ((await hurried)!.Bots[0].Checks[0].Result.Status, (await hurried)!.Bots[0].Checks[0].Result.Cause));
        Assert.Same(found, evaluator.Latest);
    }

    [Fact]
    public async Task Before_anything_was_found_there_is_nothing_for_who_cannot_wait()
    {
        var never = new TaskCompletionSource<CheckResult>();
        var evaluator = EvaluatorOf(new ScriptedCheck("switch", (_, _) => new(never.Task)));

        var hurried = evaluator.AskAsync(CheckFilter.All, TimeSpan.FromTicks(1), default);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await hurried);
    }

    [Fact]
    public async Task A_filtered_evaluation_runs_just_its_checks_and_publishes_nothing()
    {
        var (wanted, other) = (new ScriptedCheck("wanted", Broken), new ScriptedCheck("other", Fine));
        var evaluator = EvaluatorOf(wanted, other);
        evaluator.Published += (_, _) => Assert.Fail("Published.");

        var snapshot = await evaluator.EvaluateAsync(new CheckFilter(["wanted"]), Deadline, default);

        Assert.True(snapshot.Partial);
        Assert.Equal(["wanted"], snapshot.Bots[0].Checks.Select(check => check.Spec.Name));
        Assert.Equal((1, 0), (wanted.Runs, other.Runs));
        Assert.Null(evaluator.Latest);
    }

    [Fact]
    public async Task Since_holds_until_the_status_changes()
    {
        var result = Fine;
        var evaluator = EvaluatorOf(new ScriptedCheck("check", (_, _) => new(result)));
        var start = _time.GetUtcNow();
        await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        var same = await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        result = Broken;
        var changed = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal((start, start), (same.Bots[0].Since, same.Bots[0].Checks[0].Since));
        Assert.Equal((_time.GetUtcNow(), _time.GetUtcNow()), (changed.Bots[0].Since, changed.Bots[0].Checks[0].Since));
    }

    [Fact]
    public async Task A_verification_that_finds_recovery_leaves_since_to_the_next_published_evaluation()
    {
        var result = Broken;
        var evaluator = EvaluatorOf(new ScriptedCheck("check", (_, _) => new(result)));
        await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        result = Fine;
        await evaluator.VerifyAsync("bot", "check", default);
        _time.Advance(TimeSpan.FromMinutes(1));

        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal(_time.GetUtcNow(), snapshot.Bots[0].Checks[0].Since);
    }

    [Fact]
    public async Task Since_is_true_across_a_restart_unless_the_status_changed_meanwhile()
    {
        var yesterday = _time.GetUtcNow().AddDays(-1);
        var evaluator = EvaluatorOf(new ScriptedCheck("same", Broken), new ScriptedCheck("recovered", Fine), new ScriptedCheck("future", Fine));
        evaluator.Restore(
            [
                new("bot", "same", CheckStatus.Critical, yesterday),
                new("bot", "recovered", CheckStatus.Critical, yesterday),
                new("bot", "future", CheckStatus.Ok, _time.GetUtcNow().AddHours(1)),
                new("gone", "same", CheckStatus.Critical, yesterday),
            ],
            [new("bot", Health.Critical, yesterday)]);

        var bot = (await evaluator.EvaluateAsync(Deadline, default)).Bots[0];

        Assert.Equal(yesterday, bot.Since);
        Assert.Equal([yesterday, _time.GetUtcNow(), _time.GetUtcNow()], bot.Checks.Select(check => check.Since));
    }

    [Fact]
    public async Task A_verification_runs_inside_the_interval_and_its_result_is_kept()
    {
        EvaluationPurpose? purpose = null;
        var check = new ScriptedCheck("exchange", (context, _) =>
        {
            purpose = context.Purpose;
            return new(Fine);
        })
        { MinInterval = TimeSpan.FromSeconds(30) };
        var evaluator = EvaluatorOf(check);
        await evaluator.EvaluateAsync(Deadline, default);
        _time.Advance(TimeSpan.FromSeconds(10));

        var proof = await evaluator.VerifyAsync("bot", "exchange", default);
        var next = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal(EvaluationPurpose.Verification, purpose);
        Assert.Equal(2, check.Runs);
        Assert.Equal(proof.EvaluatedAt, next.Bots[0].Checks[0].EvaluatedAt);
    }

    [Fact]
    public async Task A_verification_does_not_trust_a_run_that_began_before_it()
    {
        TaskCompletionSource<CheckResult> first = new(), second = new();
        var answers = new Queue<TaskCompletionSource<CheckResult>>([first, second]);
        var check = new ScriptedCheck("check", (_, _) => new(answers.Dequeue().Task));
        var evaluator = EvaluatorOf(check);
        var evaluation = evaluator.EvaluateAsync(Deadline, default);
        await Eventually.Holds(() => check.Runs == 1);

        var verification = evaluator.VerifyAsync("bot", "check", default);
        first.SetResult(Broken);
        second.SetResult(Fine);

        Assert.Equal(CheckStatus.Ok, (await verification).Result.Status);
        await evaluation;
    }

    [Fact]
    public async Task A_verification_that_hangs_its_thread_is_unknown_after_the_time_out_of_the_check()
    {
        using var release = new ManualResetEventSlim();
        var check = new ScriptedCheck("hangs", (_, _) =>
        {
            release.Wait(CancellationToken.None);
            return new(Fine);
        });
        var evaluator = EvaluatorOf(check);
        try
        {
            var state = await Elapse(evaluator.VerifyAsync("bot", "hangs", default));

            Assert.Equal((CheckStatus.Unknown, "timeout"), (state.Result.Status, state.Result.Cause));
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public async Task To_verify_what_is_not_watched_is_an_error()
    {
        var evaluator = EvaluatorOf(new ScriptedCheck("check", Fine));

        await Assert.ThrowsAsync<KeyNotFoundException>(() => evaluator.VerifyAsync("bot", "nonsense", default));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => evaluator.VerifyAsync("nobody", "check", default));
    }

    [Fact]
    public async Task A_reload_keeps_since_of_what_is_watched_still_and_forgets_the_rest()
    {
        var evaluator = new Evaluator([NamedBot.With("kept", new ScriptedCheck("check", Broken)), NamedBot.With("gone", new ScriptedCheck("check", Fine))], _time);
        var start = (await evaluator.EvaluateAsync(Deadline, default)).At;
        _time.Advance(TimeSpan.FromMinutes(1));

        evaluator.Replace([NamedBot.With("new", new ScriptedCheck("check", Fine)), NamedBot.With("kept", new ScriptedCheck("check", Broken))]);
        var snapshot = await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal([("new", _time.GetUtcNow()), ("kept", start)], snapshot.Bots.Select(bot => (bot.Bot, bot.Checks[0].Since)));
        Assert.Equal([_time.GetUtcNow(), start], snapshot.Bots.Select(bot => bot.Since));
    }

    [Fact]
    public async Task An_evaluation_that_a_reload_overtakes_answers_but_is_not_published()
    {
        var answer = new TaskCompletionSource<CheckResult>();
        var evaluator = new Evaluator([NamedBot.With("old", new ScriptedCheck("check", (_, _) => new(answer.Task)))], _time);
        var overtaken = evaluator.EvaluateAsync(Deadline, default);
        evaluator.Replace([NamedBot.With("new", new ScriptedCheck("check", Fine))]);
        await evaluator.EvaluateAsync(Deadline, default);

        answer.SetResult(Fine);

        Assert.Equal("old", (await overtaken).Bots[0].Bot);
        Assert.Equal("new", evaluator.Latest!.Bots[0].Bot);
    }

    [Fact]
    public async Task Followers_get_every_snapshot_in_order_with_the_one_before_and_one_that_throws_harms_nobody()
    {
        var evaluator = EvaluatorOf(new ScriptedCheck("check", Fine));
        var seen = new List<(long Now, long? Before)>();
        evaluator.Published += (_, _) => throw new InvalidOperationException("A follower's defect.");
        evaluator.Published += (now, before) => seen.Add((now.Number, before?.Number));

        await evaluator.EvaluateAsync(Deadline, default);
        await evaluator.EvaluateAsync(Deadline, default);

        Assert.Equal([(1, null), (2, 1)], seen);
    }

    [Fact]
    public async Task Debug_shows_each_steps_text_and_publishes_nothing()
    {
        var evaluator = EvaluatorOf(
            new ScriptedCheck("check", (context, _) =>
            {
                context.Trace?.Step("opened the door");
                return new(Broken with { Details = [Detail.Of("door", "open")] });
            }),
            new ScriptedCheck("exchange", Fine) { MinInterval = TimeSpan.FromSeconds(30) });
        await evaluator.EvaluateAsync(new CheckFilter(["exchange"]), Deadline, default);

        var text = await evaluator.DebugAsync(CheckFilter.All, Deadline, default);

        Assert.Contains("opened the door", text, StringComparison.Ordinal);
        Assert.Contains("It is broken.", text, StringComparison.Ordinal);
        Assert.Contains("door = open", text, StringComparison.Ordinal);
        Assert.Contains("used again", text, StringComparison.Ordinal);
        Assert.Null(evaluator.Latest);
    }

    [Fact]
    public async Task Thousands_of_checks_are_all_answered_for()
    {
        var bots = Enumerable.Range(0, 500).Select(i => NamedBot.With($"bot{i}", [.. Enumerable.Range(0, 12).Select(j => new ScriptedCheck($"check{j}", Fine))]));
        var evaluator = new Evaluator([.. bots], TimeProvider.System);

        var snapshot = await evaluator.EvaluateAsync(TimeSpan.FromMinutes(1), default);

        Assert.Equal(6000, snapshot.Bots.SelectMany(bot => bot.Checks).Count(check => check.Result.Status == CheckStatus.Ok));
    }

    private static CheckResult With(CheckStatus status) => status switch
    {
        CheckStatus.Ok => Fine,
        CheckStatus.Warning => CheckResult.Warning("cause", "It is not good."),
        CheckStatus.Critical => Broken,
        _ => CheckResult.Unknown("cause", "It cannot be seen."),
    };

    private Evaluator EvaluatorOf(params ReadOnlySpan<ICheck> checks) => new([NamedBot.With("bot", checks)], _time);

    /// <summary>Lets the fake clock run once the checks have been started.</summary>
    private async Task<T> Elapse<T>(Task<T> task, params IEnumerable<ScriptedCheck> started)
    {
        await Eventually.Holds(() => started.All(check => check.Runs > 0));
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await task;
    }
}
