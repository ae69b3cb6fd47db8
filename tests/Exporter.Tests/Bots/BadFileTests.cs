using Exporter.Bots.Kinds.FeatureStore;
using System.Runtime.InteropServices;
using System.Text;
using Exporter.Bots;
using Exporter.Bots.Files;
using Polly;

namespace Exporter.Tests.Bots;

/// <summary>What a file system and a dying bot can put where a positions file is expected.</summary>
public sealed class BadFileTests : IDisposable
{
    private const string Positions = FeatureStoreFixture.Positions;

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();

    public static TheoryData<string, byte[]> InvalidContent => new()
    {
        { "empty", [] },
        { "byte-order mark only", [0xef, 0xbb, 0xbf] },
        { "white space only", "  \n"u8.ToArray() },
        { "truncated", """{"open_positions": [{"symbol": "BTCUS"""u8.ToArray() },
        { "binary", [0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff, 0xfe] },
        { "deeply nested", Encoding.ASCII.GetBytes("""{"open_positions": """ + new string('[', 100_000)) },
        { "second document", """{"open_positions": []} {"open_positions": []}"""u8.ToArray() },
        { "no UTF-8 in a symbol", [.. """{"open_positions": [{"symbol": "B"""u8, 0xc3, 0x28, .. "\"}]}"u8] },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(InvalidContent))]
    public async Task Content_that_is_no_JSON_is_invalid(string what, byte[] content)
    {
        _fixture.Write(Positions, content);

        var reason = (await Bot().ReadPositionsAsync(default)).Unreadable(UnreadableCause.Invalid);

        Assert.True(reason.StartsWith(Positions, StringComparison.Ordinal), $"{what}: {reason}");
    }

    [Theory]
    [InlineData("[]", "holds a list")]
    [InlineData("5", "holds a single value")]
    [InlineData("{}", "has no open_positions")]
    [InlineData("""{"open_positions": null}""", "are no list")]
    [InlineData("""{"open_positions": {"a": []}}""", "are no list")]
    [InlineData("""{"open_positions": [{}, 5]}""", "number 2, that is no position")]
    [InlineData("""{"open_positions": [], "closed_positions": "none"}""", "closed_positions that are no list")]
    [InlineData("""{"open_positions": [], "open_positions": 1}""", "are no list")]
    public async Task JSON_without_what_is_needed_lacks_a_field(string content, string expected)
    {
        _fixture.Write(Positions, content);

        Assert.Contains(expected, (await Bot().ReadPositionsAsync(default)).Unreadable(UnreadableCause.MissingField), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_is_refused_as_the_bots_own_reader_refuses_it()
    {
        _fixture.Write(Positions, [0xef, 0xbb, 0xbf, .. """{"open_positions": [{}]}"""u8]);

        Assert.Contains("byte-order mark", (await Bot().ReadPositionsAsync(default)).Unreadable(UnreadableCause.Invalid), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"open_positions": [{"symbol": "A", "entry_price": NaN}, {"symbol": "B", "size": -Infinity}]}""")]
    [InlineData("""{"audit": [Infinity, {"x": NaN}], "open_positions": [{"symbol": "A"}, {"symbol": "B"}]}""")]
    public async Task A_number_that_only_Python_writes_hides_nothing(string content)
    {
        _fixture.Write(Positions, content);

        Assert.Equal(2, (await Bot().ReadPositionsAsync(default)).Seen().Open.Length);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(900)]
    public async Task Nesting_that_the_bots_reader_follows_hides_nothing(int levels)
    {
        _fixture.Write(Positions, $$"""{"closed_positions": [{"x": {{new string('[', levels)}}{{new string(']', levels)}}}], "open_positions": [{"symbol": "A"}]}""");

        Assert.Single((await Bot().ReadPositionsAsync(default)).Seen().Open);
    }

    [Fact]
    public async Task A_reason_never_quotes_the_content()
    {
        _fixture.Write(FeatureStoreFixture.TradingConfig, """{"mode": hunter2}""");

        var reason = (await Bot().ReadConfigsAsync(default))[0].Reading.Unreadable(UnreadableCause.Invalid);

        Assert.DoesNotContain("hunter2", reason, StringComparison.Ordinal);
        Assert.Contains("line 1, byte 10", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_megabytes_of_positions_are_streamed_without_building_them()
    {
        using (var file = new StreamWriter(_fixture[Positions]))
        {
            file.Write("""{"closed_positions": [""");
            for (var i = 0; i < 25_000; i++)
            {
                file.Write($$"""{"symbol": "BTCUSDT", "pad": "{{new string('x', 2_000)}}", "opened_at": "2025-12-15T10:18:19Z"},""");
            }

            file.Write("""{"opened_at": "2025-12-15T10:18:20Z"}], "open_positions": [{"symbol": "BTCUSDT"}]}""");
        }

        var bot = Bot();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = bot.ReadPositionsAsync(default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(reading.IsCompletedSuccessfully, "it was read on this thread");
        var book = (await reading).Seen();
        Assert.Equal(25_001, book.ClosedCount);
        Assert.Equal(new DateTimeOffset(2025, 12, 15, 10, 18, 20, TimeSpan.Zero), book.NewestOpenedAt);
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [Fact]
    public async Task A_state_file_of_fifty_megabytes_is_too_large_and_not_read()
    {
        using (var file = File.OpenWrite(_fixture[FeatureStoreFixture.TradingConfig]))
        {
            file.SetLength(50 << 20);
        }

        var reason = (await Bot().ReadConfigsAsync(default))[0].Reading.Unreadable(UnreadableCause.TooLarge);

        Assert.Contains("has 50 MiB; at most 4 MiB are read", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public async Task A_file_of_nothing_but_open_positions_does_not_take_all_memory(int count, bool isRead)
    {
        _fixture.Write(Positions, $$"""{"open_positions": [{{string.Join(',', Enumerable.Repeat("{}", count))}}]}""");

        var reading = await Bot().ReadPositionsAsync(default);

        if (isRead)
            Assert.Equal(count, reading.Seen().Open.Length);
        else
            Assert.Contains("has more than 10000 open positions. Is it the right file?", reading.Unreadable(UnreadableCause.TooLarge), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public async Task A_probation_file_of_nothing_but_symbols_does_not_take_all_memory(int count, bool isRead)
    {
        var states = string.Join(',', Enumerable.Range(0, count).Select(number => $"\"S{number}\": {{ \"state\": \"active\" }}"));
        _fixture.Write(FeatureStoreFixture.Probation, $"{{ \"symbol_states\": {{ {states} }} }}");

        var reading = await Bot().ReadProbationAsync(default);

        if (isRead)
            Assert.Equal(count, reading.Seen().Length);
        else
            Assert.Contains("has more than 10000 symbols in symbol_states. Is it the right file?", reading.Unreadable(UnreadableCause.TooLarge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_text_of_megabytes_that_nobody_needs_is_passed_over()
    {
        _fixture.Write(Positions, $$"""{"x": "{{new string('x', 3 << 20)}}", "closed_positions": [{"note": "{{new string('y', 3 << 20)}}"}], "open_positions": [{"symbol": "A"}]}""");

        Assert.Single((await Bot().ReadPositionsAsync(default)).Seen().Open);
    }

    [Fact]
    public async Task A_directory_where_a_file_is_expected_is_said()
    {
        _fixture.Delete(Positions);
        Directory.CreateDirectory(_fixture[Positions]);

        Assert.Contains("is a directory", (await Bot().ReadPositionsAsync(default)).Unreadable(UnreadableCause.NotAFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Positions)]
    [InlineData(FeatureStoreFixture.BlockedSignals)]
    public async Task A_FIFO_is_refused_and_hangs_nobody(string file)
    {
        _fixture.Delete(file);
        Assert.Equal(0, MakeFifo(_fixture[file], 0x1b6));
        var bot = Bot();

        var reason = file == Positions
            ? (await bot.ReadPositionsAsync(default)).Unreadable(UnreadableCause.NotAFile)
            : (await bot.ReadBlockedSignalsAsync(default)).Unreadable(UnreadableCause.NotAFile);

        Assert.Contains("is a FIFO", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_root_is_read_through_and_named()
    {
        using var elsewhere = new TemporaryDirectory();
        var target = elsewhere.Write("positions.json", """{"open_positions": []}""");
        _fixture.Delete(Positions);
        File.CreateSymbolicLink(_fixture[Positions], target);

        var reading = await Bot().ReadPositionsAsync(default);

        Assert.Equal(target, reading.File().LinkTarget);
        Assert.Equal(Positions, reading.File().Source);
    }

    [Fact]
    public async Task A_link_that_leads_to_the_root_itself_is_not_named_for_every_file()
    {
        using var elsewhere = new TemporaryDirectory();
        Directory.CreateSymbolicLink(elsewhere["bot"], _fixture.Root);
        var bot = _fixture.Read(options => options.Root = elsewhere["bot"]);

        Assert.Null((await bot.ReadPositionsAsync(default)).File().LinkTarget);
    }

    [Fact]
    public async Task A_link_to_nothing_is_neither_absent_nor_seen()
    {
        File.CreateSymbolicLink(_fixture[FeatureStoreFixture.KillSwitch], "/nowhere/state.json");

        var reason = (await Bot().ReadKillSwitchesAsync(default)).The("max_drawdown").Unreadable(UnreadableCause.InputOutput);

        Assert.Contains("/nowhere/state.json", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_the_exporter_may_not_read_is_said()
    {
        MakeUnreadable(_fixture[Positions]);

        var reading = AsAnotherUser(() => Bot().ReadPositionsAsync(default).AsTask().GetAwaiter().GetResult());

        reading.Unreadable(UnreadableCause.AccessDenied);
    }

    [Fact]
    public void A_directory_that_the_exporter_may_not_read_proves_no_absence()
    {
        MakeUnreadable(_fixture[FeatureStoreFixture.KillSwitch]);
        _fixture.Delete(FeatureStoreFixture.KillSwitch);
        File.SetUnixFileMode(_fixture["feature_store"], UnixFileMode.OtherExecute | UnixFileMode.GroupExecute | UnixFileMode.UserExecute);

        var switches = AsAnotherUser(() => Bot().ReadKillSwitchesAsync(default).AsTask().GetAwaiter().GetResult());

        switches.The("max_drawdown").Unreadable(UnreadableCause.NoDirectory);
        File.SetUnixFileMode(_fixture["feature_store"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void MakeUnreadable(string path)
    {
        File.AppendAllText(path, "");
        File.SetUnixFileMode(path, UnixFileMode.None);
        for (var directory = Path.GetDirectoryName(path)!; directory != Path.GetTempPath().TrimEnd('/'); directory = Path.GetDirectoryName(directory)!)
        {
            // For the group too: that thread keeps its group.
            const UnixFileMode enter = UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | enter);
        }
    }

    /// <summary>Root reads everything: on a thread of its own, its file-system user can be another.</summary>
    private static T AsAnotherUser<T>(Func<T> act)
    {
        T result = default!;
        var thread = new Thread(() =>
        {
            if (Environment.IsPrivilegedProcess)
            {
                _ = SetFileSystemUser(65534);
            }

            result = act();
        });
        thread.Start();
        thread.Join();
        return result;
    }

    private FeatureStoreBot Bot() => new("alpha", new BotOptions { Root = _fixture.Root }, Impatient.Habits());

    [DllImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileSystemUser(uint user);
}
