using Exporter.Checks;
using Exporter.Bots;
using Exporter.Commands;
using Exporter.Web;
using Exporter.Web.Api;
using Spectre.Console;

using Spectre.Console.Rendering;

namespace Exporter.Terminal;

/// <summary>The blockers of each bot for a person, worst first. Names and reasons are printed as text, whatever they hold.</summary>
internal static class WhyReport
{
    private const string NothingInTheWay = "Nothing that the exporter watches stands in the way of trading.";
    private const int LabelWidth = 7;
    private const int Indent = 3;

    public static IRenderable Of(Findings findings, DateTimeOffset now)
    {
        var lines = new List<IRenderable> { new Text($"{findings.Origin} As of {Moment.Of(findings.Status.Timestamp)}.", Styles.Quiet) };
        if (!findings.Status.Notes.IsDefault)
            lines.AddRange(findings.Status.Notes.Select(note => new Text(Plain.Text(note), Styles.Bad)));
        foreach (var bot in findings.Status.Bots.OrderBy(Badness).ThenBy(bot => bot.Bot, StringComparer.Ordinal))
        {
            lines.Add(Text.Empty);
            lines.Add(Heading(bot, now));
            var blockers = findings.Blockers.Blockers.Where(blocker => blocker.Bot == bot.Bot).ToArray();
            if (First(bot) is { } first)
            {
                lines.Add(new Padder(new Text(Plain.Text(first), Styles.Strong), new Padding(Indent, 0, 0, 0)));
            }

            if (blockers.Length == 0)
            {
                lines.Add(new Padder(new Text(NothingInTheWay + UsualGap(bot, now)), new Padding(Indent, 0, 0, 0)));
            }

            lines.AddRange(bot.Notes.Select(note => new Padder(new Text(Plain.Text(note)), new Padding(Indent, 0, 0, 0))));
            foreach (var (number, blocker) in blockers.Index())
            {
                lines.Add(Text.Empty);
                lines.Add(Heading(number + 1, blocker));
                lines.Add(Answers(findings, blocker, now));
            }
        }

        return new Rows(lines);
    }

    private static Paragraph Heading(BotDocument bot, DateTimeOffset now)
    {
        var opened = bot.LastPositionOpenedAt is { } at
            ? $"last opened a position {Phrase.Ago(at, now)}"
            : "does not say when it last opened a position";
        return new Paragraph()
            .Append(Plain.Text(bot.Bot), Styles.Strong)
            .Append("  ")
            .Append(
                bot.TradingState == "unknown" ? "UNKNOWN WHETHER IT TRADES" : Plain.Text(bot.TradingState).ToUpperInvariant(),
                bot.TradingState switch { "trading" => Styles.Good, "blocked" => Styles.Bad, _ => Styles.Doubtful })
            .Append($", {Plain.Text(bot.Health).ToLowerInvariant()} for {Phrase.Duration(now - bot.Since)}, {opened}");
    }

    private static Paragraph Heading(int number, BlockerDocument blocker)
    {
        var heading = new Paragraph()
            .Append($"{number}. ".PadLeft(Indent))
            .Append(Plain.Text(blocker.Status).ToUpperInvariant(), blocker.Status == "critical" ? Styles.Bad : Styles.Doubtful)
            .Append("  ")
            .Append(Plain.Text(blocker.Title), Styles.Strong);
        return blocker.BlocksEntries ? heading.Append("  stops every new entry", Styles.Bad) : heading;
    }

    private static Grid Answers(Findings findings, BlockerDocument blocker, DateTimeOffset now)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().Width(LabelWidth).NoWrap().PadLeft(Indent).PadRight(2))
            .AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        Row("what", blocker.Reason);
        Row("since", $"{Moment.Of(blocker.Since)} ({Phrase.Duration(now - blocker.Since)})");
        Row("means", blocker.Impact);
        Row("tried", Tried(findings.Healings, blocker, now));
        Row("do", blocker.Remedy);
        Row("runbook", findings.RunbookOf(blocker.Runbook));
        Row("promql", blocker.Query);
        return grid;

        void Row(string label, string text) => grid.AddRow(new Text(label, Styles.Quiet), new Text(Plain.Text(text)));
    }

    private static string Tried(HealingsDocument? healings, BlockerDocument blocker, DateTimeOffset now)
    {
        if (healings is null)
        {
            return "Not known: the healing ledger cannot be read.";
        }

        if (healings.Healings.FirstOrDefault(healing => healing.Bot == blocker.Bot && healing.Check == blocker.Check) is not { } last)
        {
            return "Nothing has been tried.";
        }

        return $"{last.Action}, {Phrases.Try(last.Attempt, last.DryRun, last.Trigger)}, {Phrase.Ago(last.EndedAt ?? last.AcceptedAt, now)}: {last.Outcome ?? last.State}. {last.Reason}".TrimEnd();
    }

    /// <summary>The first of its kind's causal order that holds: what comes after it may be its consequence.</summary>
    private static string? First(BotDocument bot)
    {
        CheckDocument? Check(string name) => bot.Checks.FirstOrDefault(check => check.Check == name);
        return bot.Life is not (null or LifeStates.Running)
            ? Check(BotLifeCheck.Definition.Name)?.Reason
            : Check(FailurePointsCheck.Definition.Name)?.Details.FirstOrDefault(detail => detail.Name == FailurePointsCheck.Sentences).List is { IsDefaultOrEmpty: false } sentences ? sentences[0] : null;
    }

    /// <summary>A bot that waits is compared with itself.</summary>
    private static string UsualGap(BotDocument bot, DateTimeOffset now) => bot.LastPositionOpenedAt is { } opened
        && bot.Checks.FirstOrDefault(check => check.Check == MoneyCheck.Definition.Name)?.Details.FirstOrDefault(detail => detail.Name == MoneyCheck.UsualGap).Number is { } gap
        ? $" No entry for {Phrase.Duration(now - opened)}, and this bot's usual gap is {Phrase.Duration(TimeSpan.FromSeconds(gap))}." : "";

    private static int Badness(BotDocument bot) => bot.TradingState switch
    {
        "blocked" => 0,
        "trading" when bot.Health == "HEALTHY" => 3,
        "trading" => 2,
        _ => 1,
    };
}
