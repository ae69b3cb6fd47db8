using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Web.StatusPage;

namespace Exporter.Tests.Web;

public sealed class StatusHistoryTests
{
    private readonly StatusHistory _history = new();

    [Fact]
    public void The_worst_status_of_a_minute_is_kept()
    {
        Record(0, CheckResult.Ok("Fine."));
        Record(20, CheckResult.Critical("disk", "Full."));
        Record(40, CheckResult.Ok("Fine."));

        Assert.Equal(CheckStatus.Critical, Read(50)[^1]);
    }

    [Fact]
    public void Minutes_without_an_evaluation_stay_empty()
    {
        Record(0, CheckResult.Ok("Fine."));
        Record(180, CheckResult.Ok("Fine."));

        Assert.Equal([CheckStatus.Ok, null, null, CheckStatus.Ok], Read(180)[^4..]);
    }

    [Fact]
    public void What_is_older_than_an_hour_is_forgotten()
    {
        Record(0, CheckResult.Critical("disk", "Full."));
        Record(3_600, CheckResult.Ok("Fine."));

        Assert.Equal(CheckStatus.Ok, Assert.Single(Read(3_600), status => status is not null));
    }

    [Fact]
    public void A_clock_set_back_starts_the_history_anew()
    {
        Record(7_200, CheckResult.Critical("disk", "Full."));
        Record(0, CheckResult.Ok("Fine."));

        Assert.Equal(CheckStatus.Ok, Assert.Single(Read(0), status => status is not null));
    }

    [Fact]
    public void A_bot_that_is_gone_leaves_nothing_behind()
    {
        Record(0, CheckResult.Critical("disk", "Full."));

        _history.Record(new Snapshot(2, Snapshots.Noon, []));

        Assert.All(Read(0), status => Assert.Null(status));
    }

    [Fact]
    public void A_quiet_hour_is_one_bar()
    {
        var hour = Enumerable.Repeat<CheckStatus?>(CheckStatus.Ok, StatusHistory.Minutes).ToArray();

        var bar = Assert.Single(Sparkline.Runs(hour));

        Assert.Equal((0, 60), (bar.Start, bar.Length));
        Assert.Equal("Last hour: 60 min ok", Sparkline.Describe(hour));
    }

    private void Record(int seconds, CheckResult result) =>
        _history.Record(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("file_system", result))) with { At = Snapshots.Noon.AddSeconds(seconds) });

    private CheckStatus?[] Read(int seconds) => _history.Of("alpha", "file_system", Snapshots.Noon.AddSeconds(seconds));
}
