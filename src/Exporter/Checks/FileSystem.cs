using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Exporter.Bots;
using FileAccess = Exporter.Bots.FileAccess;

namespace Exporter.Checks;

/// <summary>
/// Watches the file systems under the bot and its user's access to its critical files. A bot that cannot write its state forgets its
/// positions, writes half a configuration, or stops. Source of the rule: full disks and files left behind by root after a manual edit;
/// inodes run out as well as bytes.
/// </summary>
public sealed class FileSystem(IBot bot, FileSystemOptions options) : ICheck
{
    private const string DiskFull = "disk_full";
    private const string InodesExhausted = "inodes_exhausted";
    private const string NoAccess = "no_access";
    private const string NotInspected = "not_inspected";

    private static readonly MetricFamily Usage = MetricFamily.Gauge(
        "tradingbot_disk_usage_ratio",
        "Used share of the bytes of the file system at the path, 0 to 1, as a user without privileges meets it.",
        "path");

    private static readonly MetricFamily Size = MetricFamily.Gauge(
        "tradingbot_disk_size_bytes", "Size of the file system at the path.", "path");

    private static readonly MetricFamily Available = MetricFamily.Gauge(
        "tradingbot_disk_available_bytes", "Bytes that a user without privileges may still write at the path.", "path");

    private static readonly MetricFamily Inodes = MetricFamily.Gauge(
        "tradingbot_inode_usage_ratio", "Used share of the inodes of the file system at the path, 0 to 1.", "path");

    private static readonly MetricFamily Accessible = MetricFamily.Gauge(
        "tradingbot_file_accessible",
        "1 when the bot's user may read or write the critical file; no series when that cannot be known.",
        "file",
        "mode");

    public static CheckSpec Definition { get; } = new()
    {
        Name = "file_system",
        Category = Category.System,
        Severity = CheckStatus.Critical,
        Title = "File system",
        Watches = "Free bytes and inodes under the bot, and whether its user may read and write its critical files.",
        Impact = "The bot cannot keep its state: it stops trading or forgets what it holds.",
        Remedy = "Free space, or mend the owner, the mode or the mount of the file that the bot's user cannot use.",
        Causes = [DiskFull, InodesExhausted, NoAccess, NotInspected],
        Families = [Usage, Size, Available, Inodes, Accessible],
        Query = "tradingbot_disk_usage_ratio{bot=\"$bot\"} or tradingbot_inode_usage_ratio{bot=\"$bot\"} " +
            "or tradingbot_file_accessible{bot=\"$bot\"} == 0",
        Runbook = "TradingBotFileSystemFailing",
    };

    public CheckSpec Spec => Definition;

    public async ValueTask<CheckResult> EvaluateAsync(CheckContext context, CancellationToken cancellation)
    {
        var state = await bot.ReadFileSystemAsync(cancellation);
        return Judge(state) with
        {
            Samples = [.. state.Volumes.SelectMany(Series), .. state.Files.SelectMany(Series)],
            Details =
            [
                Detail.Of("volumes", [.. state.Volumes.Select(Describe)]),
                Detail.Of("max_usage_ratio", options.MaxUsageRatio),
                Detail.Of("files_without_access", [.. state.Files.Where(IsDenied).Select(Describe)]),
                Detail.Of("files_with_unknown_access", [.. state.Files.Where(IsUnknown).Select(Describe)]),
                Detail.Of("problems", [.. state.Problems.Select(Phrase.Sentence)]),
            ],
        };
    }

    private CheckResult Judge(FileSystemState state)
    {
        if (state.NotKept is { } none) return CheckResult.Disabled(none);
        var failures = state.Volumes.SelectMany(Failures).Concat(state.Files.Where(IsDenied).Select(NoAccessTo)).ToList();
        if (failures.Count > 0)
        {
            var more = failures.Count == 1 ? "" : $" ({Phrase.Count(failures.Count - 1, "further failure")} in the details)";
            return CheckResult.Critical(failures[0].Cause, $"{failures[0].Sentence}{more}.");
        }

        if (!state.Problems.IsEmpty) return CheckResult.Unknown(NotInspected, Phrase.Sentence(state.Problems[0]));
        if (state.Volumes.IsEmpty)
            return CheckResult.Unknown(NotInspected, "No file system of the bot could be inspected; see whether its root is there.");
        if (state.Volumes.FirstOrDefault(volume => !double.IsFinite(volume.UsageRatio)) is { } odd)
        {
            return CheckResult.Unknown(
                NotInspected,
                $"The file system at {Phrase.Word(odd.Path)} does not say how full it is; look at it with df.");
        }

        var fullest = state.Volumes.MaxBy(volume => volume.UsageRatio)!;
        return CheckResult.Ok(
            $"The disk at {Phrase.Word(fullest.Path)} is {Phrase.Percent(fullest.UsageRatio)} full of at most " +
            $"{Phrase.Percent(options.MaxUsageRatio)}, and {Access(state.Files)}.");
    }

    /// <summary>What cannot be known from here is said, and is no verdict: the bot itself may be well able to use the file.</summary>
    private static string Access(ImmutableArray<FileAccess> files)
    {
        var unknown = files.Where(IsUnknown).ToList();
        return unknown.Count == 0
            ? $"{Phrase.Count(files.Length, "critical file")} can be read and written"
            : $"of {Phrase.Count(files.Length, "critical file")} {unknown.Count} cannot be judged from here: {Describe(unknown[0])}";
    }

    private IEnumerable<(string Cause, string Sentence)> Failures(Volume volume)
    {
        var path = Phrase.Word(volume.Path);
        var limit = Phrase.Percent(options.MaxUsageRatio);
        if (volume.UsageRatio > options.MaxUsageRatio)
            yield return (DiskFull, $"The disk at {path} is {Phrase.Percent(volume.UsageRatio)} full, the limit is {limit}; free space");
        if (volume.InodeUsageRatio > options.MaxUsageRatio)
        {
            var used = Phrase.Percent(volume.InodeUsageRatio);
            yield return (InodesExhausted, $"The file system at {path} has used {used} of its inodes, the limit is {limit}; delete small files");
        }
    }

    private static (string Cause, string Sentence) NoAccessTo(FileAccess file)
    {
        var what = file switch
        {
            { Read: Permission.Denied, Write: Permission.Denied } => "neither read nor write",
            { Read: Permission.Denied } => "not read",
            _ => "not write",
        };
        return (NoAccess, $"The bot's user may {what} a critical file ({Describe(file)}); mend its owner, mode or mount");
    }

    private static bool IsDenied(FileAccess file) => file.Read == Permission.Denied || file.Write == Permission.Denied;

    private static bool IsUnknown(FileAccess file) =>
        !IsDenied(file) && (file.Read == Permission.Unknown || file.Write == Permission.Unknown);

    private static IEnumerable<Sample> Series(Volume volume)
    {
        var path = LabelText.Of(volume.Path);
        if (double.IsFinite(volume.UsageRatio)) yield return Usage.Of(volume.UsageRatio, path);
        yield return Size.Of(volume.SizeBytes, path);
        yield return Available.Of(volume.AvailableBytes, path);
        // Some file systems (btrfs) count no inodes and so cannot run out of them.
        if (double.IsFinite(volume.InodeUsageRatio)) yield return Inodes.Of(volume.InodeUsageRatio, path);
    }

    private static IEnumerable<Sample> Series(FileAccess file)
    {
        var name = LabelText.Of(file.File);
        if (file.Read != Permission.Unknown) yield return Accessible.Of(file.Read == Permission.Granted ? 1 : 0, name, "read");
        if (file.Write != Permission.Unknown) yield return Accessible.Of(file.Write == Permission.Granted ? 1 : 0, name, "write");
    }

    private static string Describe(Volume volume) =>
        $"{Phrase.Word(volume.Path)}: {Phrase.Percent(volume.UsageRatio)} of bytes, {Phrase.Percent(volume.InodeUsageRatio)} of inodes used" +
        (volume.ReadOnly ? ", read-only" : "");

    /// <summary>The bot's reason names the file itself.</summary>
    private static string Describe(FileAccess file) =>
        string.IsNullOrWhiteSpace(file.Reason) ? Phrase.Word(file.File) : Phrase.Sentence(file.Reason.TrimEnd('.'));
}

/// <summary>Thresholds of <c>file_system</c>.</summary>
public sealed class FileSystemOptions
{
    /// <summary>Highest share of used bytes, and of used inodes, 0 to 1.</summary>
    [Description("Highest share of used bytes, and of used inodes, 0 to 1.")]
    [Range(0.01, 1.0)]
    public double MaxUsageRatio { get; set; } = 0.9;
}
