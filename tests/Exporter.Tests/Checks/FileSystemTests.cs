using Exporter.Bots;
using Exporter.Checks;
using FileAccess = Exporter.Bots.FileAccess;

namespace Exporter.Tests.Checks;

public sealed class FileSystemTests
{
    private static readonly FileAccess Fine = new("configs/trading_config.json", Permission.Granted, Permission.Granted, null);

    private static Task<CheckResult> With(Volume volume, params FileAccess[] files) => With(new FileSystemState([volume], [.. files], []));

    private static Task<CheckResult> With(FileSystemState state) =>
        Evaluate.Once(new FileSystem(Bot.Healthy with { FileSystem = state }, new FileSystemOptions()));

    [Fact]
    public async Task A_disk_at_the_limit_with_accessible_files_is_ok()
    {
        var result = await With(Bot.Disk(usage: 0.9, inodes: 0.9), Fine);

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal(0.9, result.Value("tradingbot_disk_usage_ratio", "/srv/test-bot"));
        Assert.Equal(0.9, result.Value("tradingbot_inode_usage_ratio", "/srv/test-bot"));
        Assert.Equal(1_000_000, result.Value("tradingbot_disk_size_bytes", "/srv/test-bot"));
        Assert.Equal(1, result.Value("tradingbot_file_accessible", "configs/trading_config.json", "read"));
        Assert.Equal(1, result.Value("tradingbot_file_accessible", "configs/trading_config.json", "write"));
    }

    [Theory]
    [InlineData(0.901, 0.1, "disk_full", "90.1 %")]
    [InlineData(0.1, 0.901, "inodes_exhausted", "90.1 %")]
    public async Task A_disk_beyond_the_limit_of_bytes_or_inodes_is_critical(double usage, double inodes, string cause, string says)
    {
        var result = await With(Bot.Disk(usage, inodes), Fine);

        Assert.Equal((CheckStatus.Critical, cause), (result.Status, result.Cause));
        Assert.Contains(says, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_file_system_harms_nobody_whose_critical_files_lie_elsewhere()
    {
        var result = await With(Bot.Disk(usage: 0.1, readOnly: true), Fine);

        Assert.Equal(CheckStatus.Ok, result.Status);
    }

    [Theory]
    [InlineData(Permission.Denied, Permission.Granted, "not read")]
    [InlineData(Permission.Granted, Permission.Denied, "not write")]
    [InlineData(Permission.Denied, Permission.Denied, "neither read nor write")]
    [InlineData(Permission.Unknown, Permission.Denied, "not write")]
    public async Task A_critical_file_that_the_bot_s_user_cannot_use_is_critical(Permission read, Permission write, string says)
    {
        var result = await With(Bot.Disk(0.1), Fine, new FileAccess("logs/positions.json", read, write, "logs/positions.json: it belongs to root."));

        Assert.Equal((CheckStatus.Critical, "no_access"), (result.Status, result.Cause));
        Assert.Contains($"may {says} a critical file (logs/positions.json: it belongs to root); mend", result.Reason, StringComparison.Ordinal);
        Assert.Equal(write == Permission.Granted ? 1 : 0, result.Value("tradingbot_file_accessible", "logs/positions.json", "write"));
    }

    [Fact]
    public async Task Access_that_cannot_be_known_is_said_of_that_file_and_no_verdict()
    {
        var result = await With(Bot.Disk(0.1), Fine, new FileAccess("logs/positions.json", Permission.Granted, Permission.Unknown, "it has an ACL"));

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Contains("of 2 critical files 1 cannot be judged from here: it has an ACL.", result.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Null(result.Value("tradingbot_file_accessible", "logs/positions.json", "write"));
    }

    [Fact]
    public async Task A_full_disk_is_critical_although_access_is_unknown()
    {
        var result = await With(Bot.Disk(0.99), new FileAccess("logs/positions.json", Permission.Unknown, Permission.Unknown, "it has an ACL"));

        Assert.Equal(CheckStatus.Critical, result.Status);
    }

    [Fact]
    public async Task A_file_system_without_inodes_cannot_run_out_of_them()
    {
        var result = await With(Bot.Disk(0.1, inodes: double.NaN), Fine);

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Null(result.Value("tradingbot_inode_usage_ratio", "/srv/test-bot"));
    }

    [Fact]
    public async Task What_could_not_be_inspected_is_unknown()
    {
        var nothing = await With(new FileSystemState([], [], []));
        var problem = await With(new FileSystemState([Bot.Disk(0.1)], [Fine], ["logs could not be inspected; mount it."]));

        Assert.Equal((CheckStatus.Unknown, "not_inspected"), (nothing.Status, nothing.Cause));
        Assert.Equal((CheckStatus.Unknown, "logs could not be inspected; mount it."), (problem.Status, problem.Reason));
    }
}
