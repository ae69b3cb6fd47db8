using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Exporter.Bots;

namespace Exporter.Tests.Bots;

public sealed class BotKindsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_bot_is_of_the_kind_that_recognises_its_directory()
    {
        using var bot = FeatureStoreFixture.With();

        var finding = await BotKinds.LookAsync(new BotOptions { Root = bot.Root }, default);

        Assert.Equal("feature-store", finding.Kind?.Name);
        Assert.StartsWith($"{bot.Root} is recognised as a feature-store bot by positions", finding.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_of_something_else_says_by_kind_what_was_looked_for()
    {
        _directory.Write("notes.txt", "");

        var finding = await BotKinds.LookAsync(new BotOptions { Root = _directory.Path }, default);

        Assert.True(finding.IsSomethingElse);
        Assert.Contains("is not recognised as a bot of any kind", finding.Sentences[0], StringComparison.Ordinal);
        Assert.Contains("feature-store: logs/positions_futures.json", finding.Sentences[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_or_missing_directory_may_be_a_bot_whose_disk_is_mounted_later()
    {
        var empty = await BotKinds.LookAsync(new BotOptions { Root = _directory.Path }, default);
        var missing = await BotKinds.LookAsync(new BotOptions { Root = _directory["nowhere"] }, default);

        Assert.Equal((false, PlaceState.Empty), (empty.IsSomethingElse, empty.State));
        Assert.Equal((false, PlaceState.Missing), (missing.IsSomethingElse, missing.State));
        Assert.Contains("does not exist", missing.Sentences[0], StringComparison.Ordinal);
        var bot = BotKinds.Create(new BotOptions { Root = _directory.Path }, empty, Services);
        var reading = Assert.IsType<Reading<PositionBook>.Unreadable>(await bot.ReadPositionsAsync(default));
        Assert.Equal((UnreadableCause.NoDirectory, empty.Sentences[0]), (reading.Cause, reading.Reason));
    }

    [Fact]
    public async Task A_kind_that_is_named_is_taken_whatever_lies_there()
    {
        var finding = await BotKinds.LookAsync(new BotOptions { Root = _directory["nowhere"], Kind = "feature-store" }, default);

        Assert.Equal("feature-store", finding.Kind?.Name);
        Assert.Contains("does not exist", finding.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_kinds_that_recognise_one_directory_leave_the_choice_to_the_owner()
    {
        _directory.Write("notes.txt", "");

        var finding = await BotKinds.LookAsync(new BotOptions { Root = _directory.Path }, [new Any("one"), new Any("two")], default);

        Assert.Null(finding.Kind);
        Assert.False(finding.IsSomethingElse);
        Assert.Equal($"{_directory.Path} is recognised as one (by notes) and as two (by notes).", finding.Sentences[0]);
        Assert.Contains("\"Kind\": \"one\"", finding.Sentences[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_told_apart_from_one_where_something_else_does()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        var stranger = await BotKinds.LookAsync(new BotOptions { Url = url }, [new None()], default);
        other.Stop();
        var silent = await BotKinds.LookAsync(new BotOptions { Url = url }, [new None()], default);

        Assert.StartsWith("Something answers at http://127.0.0.1:", stranger.Sentences[0], StringComparison.Ordinal);
        Assert.Equal((PlaceState.Silent, false), (silent.State, silent.IsSomethingElse));
        Assert.StartsWith("Nothing answers at http://127.0.0.1:", silent.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_shown_to_no_kind_before_it_has_recognised_its_bot()
    {
        _directory.Write("notes.txt", "");
        var curious = new Any("curious");

        await BotKinds.LookAsync(new BotOptions { Root = _directory.Path, User = "u", PasswordFile = "pw" }, [curious], default);

        Assert.Equal((null, null), (curious.Shown!.User, curious.Shown.PasswordFile));
    }

    [Theory]
    [InlineData("no-such-kind", null, "/srv/bot", "Known kinds: feature-store")]
    [InlineData("", "Mars/Olympus", "/srv/bot", "Zone 'Mars/Olympus' does not exist")]
    [InlineData("", null, "", "needs a Root")]
    [InlineData("feature-store", null, "", "has no Root")]
    public void Options_that_make_no_bot_are_refused_with_a_sentence(string kind, string? zone, string root, string expected) =>
        Assert.Contains(
            BotKinds.Validate(new BotOptions { Kind = kind, Zone = zone, Root = root }),
            sentence => sentence.Contains(expected, StringComparison.Ordinal));

    private static BotServices Services { get; } = new(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, null);

    private sealed class Any(string name) : IBotKind
    {
        public BotOptions? Shown { get; private set; }

        public string Name => name;

        public string Summary => "anything";

        public ImmutableArray<string> OwnNames => [];

        public IEnumerable<string> Validate(BotOptions options) => [];

        public ValueTask<KindFinding> DetectAsync(BotPlace place, BotOptions options, CancellationToken cancellation)
        {
            Shown = options;
            return new(new KindFinding(true, ["anything"], ["notes"], []));
        }

        public IBot Create(BotOptions options, BotServices services) => throw new InvalidOperationException("Nobody was recognised.");
    }

    private sealed class None : IBotKind
    {
        public string Name => "none";

        public string Summary => "nothing";

        public ImmutableArray<string> OwnNames => [];

        public IEnumerable<string> Validate(BotOptions options) => [];

        public ValueTask<KindFinding> DetectAsync(BotPlace place, BotOptions options, CancellationToken cancellation) =>
            new(new KindFinding(false, ["GET /never"], [], []));

        public IBot Create(BotOptions options, BotServices services) => throw new InvalidOperationException("Nobody was recognised.");
    }
}
