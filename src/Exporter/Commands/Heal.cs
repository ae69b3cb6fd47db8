using System.CommandLine;
using System.Globalization;
using Exporter.Terminal;
using Exporter.Web.Api;

namespace Exporter.Commands;

/// <summary><c>heal</c>: asks the running exporter to heal, under the same guard rails as an alert, and tells each step. It never acts beside one.</summary>
internal static class Heal
{
    private const string Live = "live";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create(Shell shell)
    {
        var action = new Argument<string>("ACTION") { Description = "The action, such as restore_config." };
        var bot = new Option<string>("--bot") { Description = "The bot's name.", HelpName = "NAME", Required = true };
        var target = new Option<string?>("--target") { Description = "What of the bot, such as a configuration file. Default: all of it.", HelpName = "TARGET" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what it would do, and which guard rail would stop it." };
        var confirmLive = new Option<bool>("--confirm-live") { Description = "Let a configuration be restored whose mode is live: real money." };
        var confirm = new Option<string[]>("--confirm") { Description = "Waive a guard rail: cooldown or attempts. Repeat it for both.", HelpName = "RULE" };
        confirm.AcceptOnlyFromAmong("cooldown", "attempts");
        var json = new Option<bool>("--json") { Description = "For scripts: the healing with its verdict as the JSON API serves it, on one line." };
        var exporter = new ExporterFlags();
        var command = new Command("heal", "Ask the running exporter to heal a bot, and wait for the verdict.") { action, bot, target, dryRun, confirmLive, confirm, json };
        exporter.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var running = exporter.Read(parsed);
            var request = new HealRequest
            {
                Bot = parsed.GetValue(bot),
                Target = parsed.GetValue(target),
                DryRun = parsed.GetValue(dryRun),
                Confirm = [.. parsed.GetValue(confirm) ?? [], .. parsed.GetValue(confirmLive) ? (string[])[Live] : []],
            };
            var reply = await running.PostAsync(
                $"api/v1/heal/{Uri.EscapeDataString(parsed.GetValue(action)!)}", request, HealingJson.Default.HealRequest, HealingJson.Default.HealingDocument, cancellation);
            return reply is Reply<HealingDocument>.Document { Value: var accepted }
                ? await FollowAsync(running, accepted, parsed.GetValue(json), shell, cancellation)
                : await FailAsync(reply, running, shell);
        });
        return command;
    }

    private static async Task<int> FollowAsync(RunningExporter running, HealingDocument healing, bool json, Shell shell, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, shell.Time);
        var told = 0;
        while (true)
        {
            var reply = await running.GetAsync($"api/v1/healings/{healing.Id}", HealingJson.Default.HealingDocument, cancellation);
            if (reply is not Reply<HealingDocument>.Document { Value: var now })
                return await FailAsync(reply, running, shell);
            if (!json)
            {
                foreach (var step in now.Steps.Skip(told))
                    await shell.Output.WriteLineAsync(Line(step));
                told = now.Steps.Length;
            }

            if (now.Outcome is not null)
            {
                if (json)
                    await shell.Output.WriteLineAsync(System.Text.Json.JsonSerializer.Serialize(now, HealingJson.Default.HealingDocument));
                return ExitCodes.Of(now);
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private static string Line(HealingStepDocument step) => string.Create(
        CultureInfo.InvariantCulture, $"{Moment.Clock(step.Timestamp)} {step.Step}: {Plain.Text(step.Reason)}");

    private static async Task<int> FailAsync(Reply<HealingDocument> reply, RunningExporter running, Shell shell)
    {
        await shell.Error.WriteLineAsync(reply is Reply<HealingDocument>.Refused refused
            ? refused.Sentence
            : $"No exporter runs at {running.Address}. Start one, or name its address with --url: an action never runs beside it.");
        return ExitCodes.Unavailable;
    }
}
