using Exporter.Healing.Files;
using Exporter.Platform;

namespace Exporter.Healing.Triggers;

/// <summary>A file in the bot's directory that the bot takes away when it has seen it; made in one step, by the rules of every write there.</summary>
internal sealed class FileTrigger(string root, FileTriggerOptions options, SafeFileReplace files) : ITrigger
{
    private readonly string _path = Path.GetFullPath(Path.Combine(root, options.Path));

    public string Key { get; } = TriggerKey.Of("file", Path.GetFullPath(Path.Combine(root, options.Path)));

    public string Describe() => $"create the file {_path}";

    public Task<TriggerResult> FireAsync(TriggerMessage message, CancellationToken cancellation)
    {
        if (!_path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + '/', StringComparison.Ordinal))
            return Task.FromResult(new TriggerResult(false, $"The trigger file {_path} lies outside the bot's directory {root}. Name one below it."));
        // An older one still lies there: the bot has not come round to it, and a second tells it nothing more.
        if (Posix.Look(_path) is { IsRegular: true })
            return Task.FromResult(new TriggerResult(true, $"{_path} still waits for the bot to see it."));
        var outcome = files.Replace(new FileReplacement
        {
            Root = root,
            Path = _path,
            Expected = null,
            Decide = _ => Rewrite.With(TriggerJson.Write(message)),
            Backup = _ => { },
        });
        return Task.FromResult(outcome switch
        {
            FileOutcome.Written => new TriggerResult(true, $"{_path} was created."),
            FileOutcome.Moved => new TriggerResult(true, $"{_path} still waits for the bot to see it."),
            FileOutcome.Refused { Reason: var reason } => new TriggerResult(false, reason),
            FileOutcome.Failed { Reason: var reason } => new TriggerResult(false, reason, Transient: true),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }
}
