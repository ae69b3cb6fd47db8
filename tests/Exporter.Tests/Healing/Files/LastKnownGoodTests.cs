using System.Text;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Evaluation;
using Exporter.Healing.Files;
using Exporter.Tests.Bots;
using Exporter.Tests.Healing.Actions;

namespace Exporter.Tests.Healing.Files;

public sealed class LastKnownGoodTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly HealedBot _bot = new();

    private string[] Copies => [.. Directory.GetFiles(_bot.Backups, "*.good", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private ConfigLocation Trading => _bot.Config(FeatureStoreFixture.TradingConfig);

    [Fact]
    public async Task Every_valid_configuration_is_kept_once_for_its_owner_only()
    {
        await _bot.Watch.KeepAsync();
        await _bot.Watch.KeepAsync();

        Assert.Equal(2, Copies.Length);
        Assert.All(Copies, copy => Assert.Equal(OwnerOnly, File.GetUnixFileMode(copy)));
        Assert.All(Copies, copy => Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(copy)!)));
    }

    [Fact]
    public async Task A_change_is_kept_and_the_newest_is_found()
    {
        await _bot.Watch.KeepAsync();
        _bot.Time.Advance(TimeSpan.FromSeconds(1));
        Write("""{"mode": "paper", "changed": true}""");
        await _bot.Watch.KeepAsync();

        Assert.Contains("changed", Encoding.UTF8.GetString(Find()!.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_is_found_also_after_the_clock_was_set_back()
    {
        await _bot.Watch.KeepAsync();
        _bot.Time.AdjustTime(_bot.Time.GetUtcNow() - TimeSpan.FromDays(1));
        for (var change = 1; change <= 20; change++)
        {
            Write($$"""{"mode": "paper", "changed": {{change}}}""");
            await _bot.Watch.KeepAsync();
        }

        Assert.Contains("\"changed\": 20", Encoding.UTF8.GetString(Find()!.Content.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"mode\": \"paper\"")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task What_is_not_valid_is_not_kept(string content)
    {
        Write(content);
        await _bot.Watch.KeepAsync();

        Assert.Null(Find());
        Assert.Single(Copies);
    }

    [Fact]
    public async Task A_process_that_died_before_it_noted_what_is_the_last_leaves_its_copy_as_the_last()
    {
        await _bot.Watch.KeepAsync();
        var note = Directory.GetFiles(_bot.Backups, "last-valid.sha256", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
        _bot.Time.Advance(TimeSpan.FromSeconds(1));
        Write("""{"mode": "paper", "changed": true}""");
        await _bot.Watch.KeepAsync();
        foreach (var (path, before) in note)
        {
            File.WriteAllText(path, before);
        }

        Assert.True(Find()!.IsLast);
    }

    [Fact]
    public async Task A_copy_that_rotted_is_passed_over()
    {
        await _bot.Watch.KeepAsync();
        _bot.Time.Advance(TimeSpan.FromSeconds(1));
        Write("""{"mode": "paper", "changed": true}""");
        await _bot.Watch.KeepAsync();
        File.WriteAllText(Find()!.Path, "rot");

        Assert.DoesNotContain("changed", Encoding.UTF8.GetString(Find()!.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_ten_and_one_a_day_for_fourteen_days_are_kept()
    {
        for (var hour = 0; hour < 24 * 20; hour++)
        {
            _bot.Watch.Good.Keep(HealedBot.Name, Trading.Name, Encoding.UTF8.GetBytes($$"""{"mode": "paper", "hour": {{hour}}}"""));
            _bot.Time.Advance(TimeSpan.FromHours(1));
        }

        // The ten newest lie on one or two days, whose newest copies are among them.
        Assert.InRange(Copies.Length, 10 + 12, 10 + 14);
        Assert.True(Copies.Select(copy => Path.GetFileName(copy)[..8]).Distinct().Count() is 14 or 15);
    }

    [Fact]
    public async Task Names_of_bots_are_no_paths()
    {
        _bot.Watch.Good.Keep("../../escape", "a/b", Encoding.UTF8.GetBytes("""{"mode": "paper"}"""));
        _bot.Watch.Good.Keep("..:..:escape", "a/b", Encoding.UTF8.GetBytes("""{"mode": "paper"}"""));

        Assert.Equal(2, Copies.Length);
        Assert.Equal(2, Directory.GetDirectories(_bot.Backups).Length);
    }

    [Fact]
    public async Task A_published_snapshot_is_enough_to_keep_copies()
    {
        var snapshot = new Snapshot(1, _bot.Time.GetUtcNow(), [new BotSnapshot(HealedBot.Name, Health.Healthy, _bot.Time.GetUtcNow(), []) { Trading = TradingState.Trading }]);

        for (var i = 0; i < 100; i++)
            _bot.Watch.Observe(snapshot, null);

        await Eventually.Holds(() => Copies.Length == 2);
        Write("""{"mode": "paper", "changed": true}""");
        // One that comes while the last is still worked on is passed over: the next evaluation brings another.
        await Eventually.Holds(() =>
        {
            _bot.Watch.Observe(snapshot, null);
            return Copies.Length == 3;
        });
    }

    public void Dispose() => _bot.Dispose();

    private GoodCopy? Find() => _bot.Watch.Good.Find(HealedBot.Name, Trading);

    private void Write(string content) => File.WriteAllText(_bot.Files[FeatureStoreFixture.TradingConfig], content);
}
