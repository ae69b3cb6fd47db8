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

/// <summary>
/// <c>history</c>: what was healed. The running exporter is asked, which knows where its ledger lies; without one, or with a storage
/// directory named, the ledger itself is read.
/// </summary>
internal static class History
{
    private const int DefaultLimit = 20;

    public static Command Create(Shell shell)
    {
        var storage = new Option<string?>("--storage.path")
        {
            Description = "Read the ledger of this directory instead of asking the exporter.",
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
        var exporter = new ExporterFlags();
        var display = new Display();
        var command = new Command("history", "Show what was healed, the newest first.") { bot, action, outcome, since, limit, steps, storage };
        exporter.AddTo(command);
        display.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            return await display.ShowAsync(parsed, shell, Ask, cancellation);

            Task<Answer> Ask(CancellationToken cancellation)
            {
                var query = new HealingQuery(
                    parsed.GetValue(bot), parsed.GetValue(action), parsed.GetValue(outcome),
                    parsed.GetValue(since) is { } duration ? shell.Time.GetUtcNow() - duration : null, Limit: parsed.GetValue(limit));
                return parsed.GetValue(storage) is { } path
                    ? Task.FromResult(Read(path, query, parsed.GetValue(steps), $"There is no ledger in {Path.GetFullPath(path)}. Name the exporter's storage directory."))
                    : AskAsync(running, query, parsed.GetValue(steps), shell, cancellation);
            }
        });
        return command;
    }

    private static async Task<Answer> AskAsync(RunningExporter running, HealingQuery query, bool steps, Shell shell, CancellationToken cancellation)
    {
        switch (await running.GetAsync($"api/v1/healings?{Parameters(query)}", HealingJson.Default.HealingsDocument, cancellation))
        {
            case Reply<HealingsDocument>.Document { Value: { Healings.IsDefault: false } found }:
                return Found(found, steps, $"The exporter at {running.Address} knows no such healing.");
            case Reply<HealingsDocument>.NobodyThere:
                var path = StorageDirectory.DefaultPath(name => shell.Environment.GetValueOrDefault(name));
                return Read(
                    path, query, steps,
                    $"No exporter answers at {running.Address}, and there is no ledger in {Path.GetFullPath(path)}. Name the exporter with --url URL, or its storage " +
                    "directory with --storage.path DIR; of a service it is often /var/lib/tradingbot_exporter.");
            case Reply<HealingsDocument>.Refused { Sentence: var sentence }:
                return new Answer.Failed(sentence, ExitCodes.Failure);
            default:
                return new Answer.Failed($"What {running.Address} answers cannot be read. Is it a tradingbot_exporter?", ExitCodes.Failure);
        }
    }

    private static string Parameters(HealingQuery query)
    {
        (string Name, string? Value)[] all =
        [
            ("bot", query.Bot), ("action", query.Action), ("outcome", query.Outcome), ("since", query.Since is { } since ? Moment.Iso(since) : null),
            // The interface keeps one for itself, to see whether there are more.
            ("limit", Math.Min(query.Limit, HealingHistory.MaxLimit - 1).ToString(CultureInfo.InvariantCulture)),
        ];
        return string.Join('&', all.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
    }

    private static Answer Read(string path, HealingQuery query, bool steps, string missing)
    {
        var ledger = StorageDirectory.OpenReadOnly(path).Ledger;
        if (!File.Exists(ledger))
            return new Answer.Failed(missing, ExitCodes.Failure);
        try
        {
            var found = new HealingHistory(ledger).Find(query);
            return Found(
                new HealingsDocument([.. found.Select(entry => HealingDocument.Of(entry.Healing, entry.Steps))], null), steps, $"No such healing in the ledger of {path}.");
        }
        catch (LedgerException e)
        {
            return new Answer.Failed(e.Message, ExitCodes.Failure);
        }
    }

    private static Answer.Found Found(HealingsDocument found, bool steps, string none) => new(
        () => found.Healings.IsEmpty ? new Text(none) : Table(found.Healings, steps),
        () => JsonSerializer.Serialize(found, HealingJson.Default.HealingsDocument),
        ExitCodes.Success);

    private static Table Table(IEnumerable<HealingDocument> healings, bool steps)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("id", "accepted", "bot", "action", "trigger", "outcome", "reason");
        foreach (var healing in healings)
        {
            table.AddRow(
                new Text(healing.Id.ToString(CultureInfo.InvariantCulture)),
                new Text(Moment.Of(healing.AcceptedAt)),
                new Text(Plain.Text(healing.Bot)),
                new Text(Plain.Text(string.IsNullOrEmpty(healing.Target) ? healing.Action : $"{healing.Action} ({healing.Target})")),
                new Text(Plain.Text(healing.Trigger)),
                new Text(Plain.Text(healing.State), StyleOf(healing.Outcome)),
                new Text(Plain.Text(healing.Reason ?? "")));
            foreach (var step in steps && !healing.Steps.IsDefault ? healing.Steps : [])
                table.AddRow(
                    Empty, new Text(Moment.Of(step.Timestamp)), Empty, Empty, Empty, new Text(Plain.Text(step.Step), Styles.Quiet), new Text(Plain.Text(step.Reason), Styles.Quiet));
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
