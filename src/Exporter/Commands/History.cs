using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Exporter.Configuration;
using Exporter.Healing;
using Exporter.Healing.Ledger;
using Exporter.Storage;
using Exporter.Terminal;
using Exporter.Web.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Exporter.Commands;

/// <summary><c>history</c>: what was healed, from the ledger itself; it only reads, also while an exporter runs.</summary>
internal static class History
{
    private const int DefaultLimit = 20;

    public static Command Create(Shell shell)
    {
        var storage = new Option<string?>("--storage.path")
        {
            Description = "Directory of the ledger. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/tradingbot_exporter.",
            HelpName = "DIR",
        };
        var bot = new Option<string?>("--bot") { Description = "Only this bot.", HelpName = "NAME" };
        var action = new Option<string?>("--action") { Description = "Only this action.", HelpName = "NAME" };
        var outcome = new Option<string?>("--outcome") { Description = $"Only this outcome: {string.Join(", ", Verdict.Outcomes)}.", HelpName = "OUTCOME" };
        outcome.AcceptOnlyFromAmong([.. Verdict.Outcomes]);
        var since = new Option<TimeSpan?>("--since")
        {
            Description = "Only the last so long, such as 2h or 7d.",
            HelpName = "DURATION",
            CustomParser = result =>
            {
                if (Duration.TryParse(result.Tokens[0].Value, out var duration))
                    return duration;
                result.AddError("--since takes a duration such as 2h or 7d.");
                return null;
            },
        };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest.", HelpName = "COUNT", DefaultValueFactory = _ => DefaultLimit };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > HealingHistory.MaxLimit)
                result.AddError($"--limit takes a number from 1 to {HealingHistory.MaxLimit}.");
        });
        var steps = new Option<bool>("--steps") { Description = "With every step of each healing." };
        var display = new Display();
        var command = new Command("history", "Show what was healed, the newest first.") { bot, action, outcome, since, limit, steps, storage };
        display.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var path = parsed.GetValue(storage) ?? StorageDirectory.DefaultPath(name => shell.Environment.GetValueOrDefault(name));
            var history = new HealingHistory(StorageDirectory.OpenReadOnly(path).Ledger);
            return display.ShowAsync(parsed, shell, Ask, cancellation);

            Task<Answer> Ask(CancellationToken _)
            {
                var query = new HealingQuery(
                    parsed.GetValue(bot), parsed.GetValue(action), parsed.GetValue(outcome),
                    parsed.GetValue(since) is { } duration ? shell.Time.GetUtcNow() - duration : null, Limit: parsed.GetValue(limit));
                return Task.FromResult(Find(history, query, parsed.GetValue(steps), path));
            }
        });
        return command;
    }

    private static Answer Find(HealingHistory history, HealingQuery query, bool steps, string path)
    {
        try
        {
            var found = history.Find(query);
            return new Answer.Found(
                () => found.IsEmpty ? new Text($"No such healing in the ledger of {path}.") : Table(found, steps),
                () => JsonSerializer.Serialize(
                    new HealingsDocument([.. found.Select(entry => HealingDocument.Of(entry.Healing, entry.Steps))], null), HealingJson.Default.HealingsDocument),
                ExitCodes.Success);
        }
        catch (LedgerException e)
        {
            return new Answer.Failed(e.Message, ExitCodes.Failure);
        }
    }

    private static Table Table(IEnumerable<HealingEntry> entries, bool steps)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("id", "accepted", "bot", "action", "trigger", "outcome", "reason");
        foreach (var (healing, taken) in entries)
        {
            var document = HealingDocument.Of(healing, taken);
            table.AddRow(
                new Text(healing.Id.ToString(CultureInfo.InvariantCulture)),
                new Text(Moment.Of(healing.AcceptedAt)),
                new Text(Plain.Text(healing.Bot)),
                new Text(Plain.Text(healing.Target.Length == 0 ? healing.Action : $"{healing.Action} ({healing.Target})")),
                new Text(document.Trigger),
                new Text(document.State, StyleOf(document.Outcome)),
                new Text(Plain.Text(document.Reason ?? "")));
            foreach (var step in steps ? document.Steps : [])
                table.AddRow(Empty, new Text(Moment.Of(step.Timestamp)), Empty, Empty, Empty, new Text(step.Step, Styles.Quiet), new Text(Plain.Text(step.Reason), Styles.Quiet));
        }

        return table;
    }

    private static IRenderable Empty => Text.Empty;

    private static Style StyleOf(string? outcome) => outcome switch
    {
        "healed" => Styles.Good,
        "failed" => Styles.Bad,
        "refused" or "suggested" => Styles.Doubtful,
        _ => Styles.Quiet,
    };
}
