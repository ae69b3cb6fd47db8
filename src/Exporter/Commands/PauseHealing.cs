using System.CommandLine;
using System.Globalization;
using Exporter.Configuration;
using Exporter.Healing.Guards;
using Exporter.Terminal;
using Exporter.Web.Api;

namespace Exporter.Commands;

/// <summary><c>pause</c>: keeps the running exporter from healing for a while. What runs already goes on to its end.</summary>
internal static class PauseHealing
{
    private const string Path = "api/v1/pauses";

    public static Command Create(Shell shell)
    {
        var exporter = new ExporterFlags();
        var command = new Command("pause", "Keep the exporter from healing: set, list and lift pauses.")
        {
            Set(exporter, shell),
            List(exporter, shell),
            Lift(exporter, shell),
        };
        return command;
    }

    private static Command Set(ExporterFlags exporter, Shell shell)
    {
        var reason = new Argument<string>("REASON") { Description = "Why, for whoever finds healing paused." };
        var bots = new Option<string[]>("--bot") { Description = "Only this bot. Repeat it for more. Default: every bot.", HelpName = "NAME" };
        var actions = new Option<string[]>("--action") { Description = "Only this action. Repeat it for more. Default: every action.", HelpName = "NAME" };
        var lasts = new Option<TimeSpan?>("--for")
        {
            Description = "End by itself after so long, such as 2h or 90m. Default: until it is lifted.",
            HelpName = "DURATION",
            CustomParser = result =>
            {
                if (Duration.TryParse(result.Tokens[0].Value, out var duration) && duration > TimeSpan.Zero)
                    return duration;
                result.AddError("--for takes a duration such as 90m or 2h.");
                return null;
            },
        };
        var command = new Command("set", "Pause healing.") { reason, bots, actions, lasts };
        exporter.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            var request = new PauseRequest
            {
                Reason = parsed.GetValue(reason),
                Bots = [.. parsed.GetValue(bots) ?? []],
                Actions = [.. parsed.GetValue(actions) ?? []],
                Until = parsed.GetValue(lasts) is { } duration ? shell.Time.GetUtcNow() + duration : null,
            };
            return await TellAsync(
                await running.PostAsync(Path, request, HealingJson.Default.PauseRequest, HealingJson.Default.PauseDocument, cancellation),
                Line, running, shell);
        });
        return command;
    }

    private static Command List(ExporterFlags exporter, Shell shell)
    {
        var command = new Command("list", "Show the pauses that hold.");
        exporter.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            return await TellAsync(
                await running.GetAsync(Path, HealingJson.Default.PausesDocument, cancellation),
                found => found.Pauses.IsEmpty ? "Healing is not paused." : string.Join('\n', found.Pauses.Select(Line)), running, shell);
        });
        return command;
    }

    private static Command Lift(ExporterFlags exporter, Shell shell)
    {
        var id = new Argument<long>("ID") { Description = "The pause's number, as 'pause list' shows it." };
        var command = new Command("lift", "End a pause.") { id };
        exporter.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            var number = parsed.GetValue(id);
            return await TellAsync(
                await running.DeleteAsync(string.Create(CultureInfo.InvariantCulture, $"{Path}/{number}"), cancellation),
                _ => string.Create(CultureInfo.InvariantCulture, $"Pause {number} is lifted."), running, shell);
        });
        return command;
    }

    private static string Line(PauseDocument pause)
    {
        var scope = (pause.Bots.IsEmpty ? "every bot" : string.Join(", ", pause.Bots)) + ", " + (pause.Actions.IsEmpty ? "every action" : string.Join(", ", pause.Actions));
        var until = pause.Until is { } end ? $"until {Moment.Of(end)}" : "until it is lifted";
        return string.Create(CultureInfo.InvariantCulture, $"{pause.Id}: {Plain.Text(pause.Reason)} ({Plain.Text(scope)}; {until})");
    }

    private static async Task<int> TellAsync<T>(Reply<T> reply, Func<T, string> text, RunningExporter running, Shell shell)
        where T : class
    {
        switch (reply)
        {
            case Reply<T>.Document { Value: var value }:
                await shell.Output.WriteLineAsync(text(value));
                return ExitCodes.Success;
            case Reply<T>.Refused { Sentence: var sentence }:
                await shell.Error.WriteLineAsync(Plain.Text(sentence));
                return ExitCodes.Unavailable;
            default:
                await shell.Error.WriteLineAsync($"No exporter runs at {running.Address}. Name its address with --url.");
                return ExitCodes.Unavailable;
        }
    }
}
