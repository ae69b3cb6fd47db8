using System.Globalization;
using Exporter.Bots;
using Exporter.Bots.Files;
using Exporter.Bots.Kinds.Freqtrade;

namespace Exporter.Tests.Bots.Freqtrade;

public sealed class LogFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(9 * 60)]
    [InlineData(-210)]
    [InlineData(345)]
    public void Its_zone_is_told_by_the_newest_line_against_the_files_own_time(int minutes)
    {
        Write([Line(Now.AddMinutes(minutes), "Changing state to: RUNNING")]);

        var memory = Read(Log());

        Assert.Equal(Now, Assert.Single(memory.All).At);
    }

    [Fact]
    public void A_record_is_its_line_and_all_that_follow()
    {
        Write([Line(Now, "fetch_ticker() returned exception: \"Could not load due to ExchangeNotAvailable. Message: <html>"), .. Enumerable.Repeat("<p>503</p>", 20), "</html>\". Giving up.", Line(Now, "Changing state to: RUNNING")]);

        Assert.Equal([LogWord.ExchangeCall, LogWord.StateChange], Read(Log()).All.Select(entry => entry.Word!.Value));
    }

    [Fact]
    public void Json_lines_carry_their_own_zone()
    {
        Write(["freqtrade 2026.9 begins", """{"timestamp": "2026-11-26T11:59:00Z", "level": "INFO", "logger": "freqtrade.worker", "message": "Changing state to: RUNNING"}"""]);

        Assert.Equal(Now.AddMinutes(-1), Assert.Single(Read(Log()).All).At);
    }

    [Fact]
    public void At_first_sight_it_reads_back_and_counts_no_refusal_of_the_past()
    {
        Write([Line(Now, "User denied entry for BTC/USDT.")]);
        var log = Log();
        Assert.Empty(Read(log).Blocked);

        File.AppendAllLines(_directory["freqtrade.log"], [Line(Now, "User denied entry for ETH/USDT.")]);

        Assert.Equal(("denied", 1), (Assert.Single(Read(log).Blocked).Reason, Read(log).Blocked[0].Count));
    }

    [Fact]
    public void A_flood_drives_no_word_of_the_bots_life_out()
    {
        var call = "fetch_ticker() returned exception: \"Could not load due to NetworkError. Message: x\". Giving up.";
        Write([Line(Now.AddMinutes(-14), "Changing state to: RUNNING"), .. Enumerable.Range(0, 6000).Select(i => Line(Now.AddMinutes(-14).AddMilliseconds(i * 125), call))]);

        var memory = Read(Log());

        Assert.NotNull(memory.Newest(LogWord.StateChange));
        Assert.InRange(memory.All.Length, 200, 4000);
    }

    public void Dispose() => _directory.Dispose();

    private LogFile Log() => new(SourcePath.Under(_directory.Path, _directory["freqtrade.log"]), new SourceHabits(new SeenMemory(), TornReads.Retry, TimeZoneInfo.Utc, TimeProvider.System), false);

    private static LogMemory Read(LogFile log) => Assert.IsType<Reading<LogMemory>.Seen>(log.Read(Now)).Value;

    private static string Line(DateTimeOffset at, string message) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss,fff} - freqtrade.worker - INFO - {message}");

    private void Write(IEnumerable<string> lines)
    {
        File.WriteAllLines(_directory["freqtrade.log"], lines);
        File.SetLastWriteTimeUtc(_directory["freqtrade.log"], Now.UtcDateTime);
    }
}
