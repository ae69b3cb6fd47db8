using Exporter.Tests.Bots;

namespace Exporter.Tests.Commands;

public sealed class CheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_exit_code_is_the_verdict_and_the_table_says_why()
    {
        using var bot = FeatureStoreFixture.With(openPositions: 10, heartbeatAge: TimeSpan.FromHours(1));

        var (code, output, _) = await Check(bot);

        Assert.Equal(2, code);
        Assert.Contains("CRITICAL", output, StringComparison.Ordinal);
        Assert.Matches(@"position_limits +warning +10 open positions of at most 10, ", output);
        Assert.Matches(@"bot_heartbeat +critical ", output);
    }

    [Fact]
    public async Task A_file_gets_no_colour_and_no_padding()
    {
        using var bot = FeatureStoreFixture.With();

        var (_, output, _) = await Check(bot);

        Assert.DoesNotContain('\u001b', output);
        Assert.DoesNotContain(" \n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_writes_neither_to_the_bot_nor_to_the_storage_directory()
    {
        using var bot = FeatureStoreFixture.With();
        var before = Tree(bot.Root);

        await Check(bot);

        Assert.Equal(before, Tree(bot.Root));
        Assert.False(Directory.Exists(_directory["state"]));
    }

    private Task<(int ExitCode, string Output, string Error)> Check(FeatureStoreFixture bot) => Run.Async(
        ["check", "--bot", bot.Root, "--config.file", _directory.Write("config.json", Offline.Configuration), "--storage.path", _directory["state"]]);

    private static List<string> Tree(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}")];
}
