using Exporter.Checks;
using Exporter.Commands;
using Exporter.Evaluation;
using Exporter.Terminal;
using Exporter.Tests.Web;
using Exporter.Web.Api;

namespace Exporter.Tests.Commands;

public sealed class WhyReportTests
{
    private static readonly DateTimeOffset Noon = Snapshots.Noon;

    [Fact]
    public void The_worst_bot_and_its_worst_blocker_come_first_each_with_its_answers()
    {
        var findings = Findings(Snapshots.Of(
            Snapshots.Bot("beta", Snapshots.Check("fine", CheckResult.Ok("All is well."))),
            Snapshots.Bot(
                "alpha",
                Snapshots.Check("stale", CheckResult.Warning("stale", "The data is 3 min old, the limit is 2 min."), Noon.AddMinutes(-4)),
                Snapshots.Check(
                    "switch",
                    CheckResult.Critical("active", "The switch max_drawdown blocks new entries for another 2 h 52 min, until 2026-03-01 14:52:00 UTC.")
                        with
                    { BlocksEntries = true },
                    Noon.AddHours(-2)))),
            Healing("alpha", "switch", "verify_kill_switch", outcome: "suggested", "It ends by itself in 2 h 52 min."));

        Assert.Equal(
            """
            As the exporter sees it. As of 2026-03-01 12:00:00 UTC.

            alpha  BLOCKED, critical for 0 s, does not say when it last opened a position

            1. CRITICAL  switch  stops every new entry
               what     The switch max_drawdown blocks new entries for another 2 h 52 min,
                        until 2026-03-01 14:52:00 UTC.
               since    2026-03-01 10:00:00 UTC (2 h)
               means    No trading because of switch.
               tried    verify_kill_switch, attempt 1, by Alertmanager, 12 min ago:
                        suggested. It ends by itself in 2 h 52 min.
               do       Mend switch.
               runbook  http://exporter/runbooks/TradingBotTest
               promql   tradingbot_check_status{bot="alpha",check="switch"} == 1

            2. WARNING  stale
               what     The data is 3 min old, the limit is 2 min.
               since    2026-03-01 11:56:00 UTC (4 min)
               means    No trading because of stale.
               tried    Nothing has been tried.
               do       Mend stale.
               runbook  http://exporter/runbooks/TradingBotTest
               promql   tradingbot_check_status{bot="alpha",check="stale"} == 1

            beta  TRADING, healthy for 0 s, does not say when it last opened a position
               Nothing that the exporter watches stands in the way of trading.
            """,
            Text(findings));
    }

    [Fact]
    public void A_wide_terminal_keeps_a_sentence_on_its_line()
    {
        var sentence = string.Join(' ', Enumerable.Repeat("word", 35));
        var findings = Findings(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", CheckResult.Critical("full", sentence)))));

        Assert.Contains(sentence, Text(findings, width: 200), StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_is_written_only_when_asked_for()
    {
        var findings = Findings(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", CheckResult.Critical("full", "Full.")))));

        Assert.DoesNotContain('\e', Text(findings));
        Assert.Contains("\e[31mCRITICAL\e[", string.Join('\n', TerminalText.Lines(WhyReport.Of(findings, Noon), 80, colour: true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\e[2J\e]0;owned\a", "clears the screen and renames the window")]
    [InlineData("\u009b2J", "the same as one C1 character")]
    [InlineData("\u202egnp.exe", "turns the reading direction")]
    [InlineData("a\r\nb", "breaks the line")]
    [InlineData("a\u2028b", "breaks it for Unicode")]
    public void What_a_terminal_would_obey_is_not_printed(string hostile, string what)
    {
        var findings = Findings(
            Snapshots.Of(Snapshots.Bot($"bot{hostile}", Snapshots.Check("probation", CheckResult.Critical("full", $"Symbol {hostile}.")))),
            Healing($"bot{hostile}", "probation", $"action{hostile}", $"out{hostile}", $"Reason {hostile}"));

        var text = Text(findings);

        Assert.True(text.Split('\n').All(line => line.EnumerateRunes().All(Plain.Is)), what);
    }

    [Fact]
    public void Brackets_of_a_name_are_text_and_no_markup()
    {
        var findings = Findings(Snapshots.Of(Snapshots.Bot("[red]bot[/]", Snapshots.Check("probation", CheckResult.Critical("full", "[link=http://x]BTC[/] [bogus")))));

        var text = Text(findings);

        Assert.Contains("[red]bot[/]  BLOCKED", text, StringComparison.Ordinal);
        Assert.Contains("what     [link=http://x]BTC[/] [bogus", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_ledger_is_said_and_not_called_untried()
    {
        var findings = Findings(Snapshots.Of(Snapshots.Bot("alpha", Snapshots.Check("disk", CheckResult.Critical("full", "Full."))))) with { Healings = null };

        Assert.Contains("tried    Not known: ", Text(findings), StringComparison.Ordinal);
    }

    private static string Text(Findings findings, int width = 80) => string.Join('\n', TerminalText.Lines(WhyReport.Of(findings, Noon), width, colour: false));

    private static Findings Findings(Snapshot snapshot, params HealingDocument[] healings) => new(
        "As the exporter sees it.",
        StatusDocument.Of(snapshot),
        BlockersDocument.Of(snapshot),
        new HealingsDocument([.. healings], null),
        path => $"http://exporter{path}");

    private static HealingDocument Healing(string bot, string check, string action, string outcome, string reason) => new(
        7, bot, action, "", check, "alertmanager", false, outcome, outcome, null, reason, 1, Noon.AddMinutes(-13), Noon.AddMinutes(-12), null, []);
}
