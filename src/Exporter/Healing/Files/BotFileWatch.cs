using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Evaluation;
using Exporter.Platform;
using Exporter.Storage;

namespace Exporter.Healing.Files;

/// <summary>
/// Looks at the files that healing may have to write, after each snapshot that is published: keeps a copy of every configuration that is
/// valid and changed, and remembers since when a failing file has not moved.
/// </summary>
public sealed partial class BotFileWatch(ImmutableArray<IBot> bots, StorageDirectory storage, TimeProvider time, ILogger<BotFileWatch> log)
{
    private readonly ImmutableArray<IFileBackedBot> _bots = [.. bots.OfType<IFileBackedBot>()];
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _busy = new(StringComparer.Ordinal);
    private volatile Snapshot? _latest;

    internal StillFiles Still { get; } = new(time);

    internal LastKnownGood Good { get; } = new(storage, time);

    /// <summary>The copy to restore from; never one that is older than what this process could not keep.</summary>
    internal GoodCopy? Find(string bot, ConfigLocation config) =>
        Good.Find(bot, config) is { } copy ? copy with { IsLast = copy.IsLast && !_problems.ContainsKey(config.FullPath) } : null;

    /// <summary>
    /// For the start, where healing is enabled: clears up what a killed process left beside a bot's files, and gives back what the bot
    /// wrote in its last moment.
    /// </summary>
    public void MendAfterCrash()
    {
        foreach (var bot in _bots)
        {
            foreach (var config in bot.Configs)
                Mend(bot, config.FullPath, content => MayStand(config.Rule, content));
            Mend(bot, bot.KillSwitchStatePath, content => Actions.KillSwitchFile.Parse(content) is not null);
        }
    }

    /// <summary>
    /// For <see cref="Evaluator.Published"/>. It only notes what there is to look at: a bot's file system may hang, and then it is that bot's
    /// round in the background that waits, one round a bot.
    /// </summary>
    public void Observe(Snapshot snapshot, Snapshot? before)
    {
        _latest = snapshot;
        foreach (var bot in _bots)
        {
            if (_busy.TryAdd(bot.Name, true))
                ThreadPool.UnsafeQueueUserWorkItem(static round => _ = round.Watch.FollowAsync(round.Bot), (Watch: this, Bot: bot), preferLocal: false);
        }
    }

    /// <summary>Copies every configuration that is valid and changed since it was last kept, just as the checks read it.</summary>
    internal async Task KeepAsync()
    {
        foreach (var bot in _bots)
            await KeepAsync(bot).ConfigureAwait(false);
    }

    /// <summary>Until the snapshot that it has looked at is still the latest: none that is published meanwhile is missed.</summary>
    private async Task FollowAsync(IFileBackedBot bot)
    {
        Snapshot? seen = null;
        do
        {
            while (_latest is { } latest && !ReferenceEquals(latest, seen))
            {
                seen = latest;
                LookAt(bot, latest);
                await KeepAsync(bot).ConfigureAwait(false);
            }

            _busy.TryRemove(bot.Name, out _);
        }
        while (!ReferenceEquals(_latest, seen) && _busy.TryAdd(bot.Name, true));
    }

    private void LookAt(IFileBackedBot bot, Snapshot snapshot)
    {
        if (snapshot.Find(bot.Name) is not { } seen)
            return;
        foreach (var config in bot.Configs)
            Look(config.FullPath, seen.Find("config_integrity"));
        Look(bot.KillSwitchStatePath, seen.Find("kill_switch"));
    }

    private async Task KeepAsync(IFileBackedBot bot)
    {
        await bot.ReadConfigsAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var config in bot.Configs)
            Keep(bot, config);
    }

    private void Keep(IFileBackedBot bot, ConfigLocation config)
    {
        if (bot.LastValid(config.Name) is not { } content || (_kept.TryGetValue(config.FullPath, out var kept) && kept.Equals(content)))
            return;
        try
        {
            Good.Keep(bot.Name, config.Name, content.Span);
            _kept[config.FullPath] = content;
            _problems.TryRemove(config.FullPath, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_problems.TryGetValue(config.FullPath, out var before) || before != e.Message)
                Log.CannotKeep(log, bot.Name, config.Name, e.Message);
            _problems[config.FullPath] = e.Message;
        }
    }

    /// <summary>What may be put in a configuration's place without a person: valid, and not of real money.</summary>
    internal static bool MayStand(ConfigRule rule, byte[] content) => rule.Judge(content) is ConfigVerdict.Valid { Live: LiveMoney.No };

    private void Mend(IFileBackedBot bot, string path, Func<byte[], bool> mayStand)
    {
        using var directory = GuardedDirectory.Open(bot.Root!, path, out _);
        if (directory is null)
            return;
        try
        {
            Leftovers.Mend(directory.Handle, Path.GetFileName(path), mayStand, leftover => Log.Mended(log, path, bot.Name, leftover));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CannotMend(log, bot.Name, path, e.Message);
        }
    }

    private void Look(string path, CheckState? state)
    {
        if (state is null)
            return;
        if (state.Result.Status == CheckStatus.Ok)
            Still.Forget(path);
        else
            Still.Look(path);
    }

    private static partial class Log
    {
        [LoggerMessage(EventName = "LeftoverPutInPlace", Level = LogLevel.Warning, Message = "{Path} of bot {Bot} is now what a killed process had left as {Leftover}: it was written last.")]
        public static partial void Mended(ILogger logger, string path, string bot, string leftover);

        [LoggerMessage(EventName = "LeftoversStay", Level = LogLevel.Warning, Message = "What may be left beside {Path} of bot {Bot} could not be looked at: {Problem}")]
        public static partial void CannotMend(ILogger logger, string bot, string path, string problem);

        [LoggerMessage(
            EventName = "ConfigCopyFailed",
            Level = LogLevel.Warning,
            Message = "No copy of bot {Bot}'s configuration {File} could be kept: {Problem} Until one is, a broken file cannot be restored from it.")]
        public static partial void CannotKeep(ILogger logger, string bot, string file, string problem);
    }
}
