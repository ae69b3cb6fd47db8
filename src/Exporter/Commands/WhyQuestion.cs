using System.Collections.Immutable;
using System.Text.Json;
using Exporter.Bots;
using Exporter.Configuration;
using Exporter.Server;
using Exporter.Terminal;
using Exporter.Web.Api;

namespace Exporter.Commands;

/// <summary>Where <c>why</c> has its findings from; asked again and again by a watch, so that an exporter that comes up is found.</summary>
internal sealed class WhyQuestion : IAsyncDisposable
{
    private readonly RunningExporter _running;
    private readonly CommandLineOverrides _overrides;
    private readonly Shell _shell;
    private readonly ImmutableArray<BotArgument> _places;
    private readonly ImmutableArray<string> _names;
    private LocalEvaluation? _evaluation;

    public WhyQuestion(RunningExporter running, CommandLineOverrides overrides, Shell shell)
    {
        _running = running;
        _shell = shell;
        _places = [.. overrides.Bots.Where(bot => IsPlace(bot.Text))];
        _names = [.. overrides.Bots.Select(bot => bot.Text).Where(bot => !IsPlace(bot))];
        _overrides = overrides with { Bots = _places };
    }

    public async Task<Answer> AskAsync(CancellationToken cancellation)
    {
        switch (await _running.GetAsync("api/v1/status", ApiJson.Default.StatusDocument, cancellation))
        {
            case Reply<StatusDocument>.Document { Value: { Bots.IsDefault: false } status }:
                return await OfRunningAsync(status, cancellation);
            case Reply<StatusDocument>.Refused { Sentence: var sentence }:
                return Failed(sentence);
            case Reply<StatusDocument>.NobodyThere:
                return await OfOwnAsync($"No exporter answers at {_running.Address}", cancellation);
            default:
                return Failed($"What {_running.Address} answers cannot be read. Is it a tradingbot_exporter?");
        }
    }

    public ValueTask DisposeAsync() => _evaluation?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<Answer> OfRunningAsync(StatusDocument status, CancellationToken cancellation)
    {
        var known = status.Bots.Select(bot => bot.Bot).ToArray();
        string[] wanted = [.. _names, .. _places.Select(bot => bot.Split().Name)];
        if (wanted.FirstOrDefault(name => !known.Contains(name)) is { } stranger)
        {
            return _names.IsEmpty
                ? await OfOwnAsync($"The exporter at {_running.Address} does not watch {Plain.Text(stranger)}", cancellation)
                : Failed(
                    $"The exporter at {_running.Address} watches no bot named {Plain.Text(stranger)}. It watches: {Plain.Text(string.Join(", ", known))}.");
        }

        var blockers = await _running.GetAsync("api/v1/blockers", ApiJson.Default.BlockersDocument, cancellation);
        if (blockers is not Reply<BlockersDocument>.Document { Value: { Blockers.IsDefault: false } found })
        {
            return Failed((blockers as Reply<BlockersDocument>.Refused)?.Sentence ?? $"The exporter at {_running.Address} stopped answering.");
        }

        var healings = await _running.GetAsync($"api/v1/healings?limit={Findings.RecentHealings}", HealingJson.Default.HealingsDocument, cancellation);
        var findings = new Findings(
            $"As the exporter at {_running.Address} sees it.",
            status,
            found,
            healings is Reply<HealingsDocument>.Document { Value: { Healings.IsDefault: false } tried } ? tried : null,
            path => _running.PageOf(path).AbsoluteUri);
        return Found(findings.Only(wanted));
    }

    private async Task<Answer> OfOwnAsync(string whyNotRunning, CancellationToken cancellation)
    {
        if (_evaluation is null)
        {
            switch (new ConfigurationLoader(_overrides, _shell.Environment).Load())
            {
                case LoadedConfiguration.Valid { Options: var options }:
                    var findings = await BotKinds.LookAllAsync(options.Bots, cancellation);
                    if (findings.Values.All(finding => finding.Kind is null))
                    {
                        return new Answer.Failed(
                            string.Join('\n', findings.Values.SelectMany(finding => finding.Sentences)), ExitCodes.Configuration);
                    }

                    _evaluation = new LocalEvaluation(options, findings, _overrides, _shell);
                    break;
                case LoadedConfiguration.Invalid { Errors: [{ Key: nameof(ExporterOptions.Bots) }] } when _places.IsEmpty:
                    return Failed(
                        $"{whyNotRunning}, and no bot's directory is named. Start the exporter, name its address with --url URL, or let this look itself: why --bot DIR.");
                case LoadedConfiguration.Invalid { Errors: var errors }:
                    return new Answer.Failed(Config.Sentences(errors), ExitCodes.Configuration);
            }
        }

        var snapshot = await _evaluation!.LookAsync(cancellation);
        var stranger = _names.FirstOrDefault(name => snapshot.Find(name) is null);
        return stranger is not null
            ? Failed($"{whyNotRunning}, and no bot named {Plain.Text(stranger)} is configured.")
            : Found(Findings.Of(snapshot, _evaluation.Storage.Ledger, $"{whyNotRunning}, so this command looked itself.").Only(_names));
    }

    private Answer.Found Found(Findings findings) => new(
        () => WhyReport.Of(findings, _shell.Time.GetUtcNow()),
        () => JsonSerializer.Serialize(findings.Blockers, ApiJson.Default.BlockersDocument),
        findings.ExitCode);

    private static Answer.Failed Failed(string sentence) => new(sentence, ExitCodes.CheckUnknown);

    /// <summary>NAME=DIR, a path, or a directory that is there; anything else is the name of a bot.</summary>
    private static bool IsPlace(string bot) => bot.AsSpan().ContainsAny('=', '/') || Directory.Exists(bot);
}
