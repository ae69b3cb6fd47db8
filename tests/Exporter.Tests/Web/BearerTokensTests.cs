using Exporter.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Web;

public sealed class BearerTokensTests : IDisposable
{
    private const string First = "first-token-0123456789";
    private const string Second = "second-token-0123456789";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_line_of_each_file_is_a_token_and_comments_are_not()
    {
        var tokens = Load(_directory.Write("one", $"# old\n{First}\n\n"), _directory.Write("two", $"  {Second}  \r\n"));

        Assert.True(tokens.Accept($"Bearer {First}"));
        Assert.True(tokens.Accept($"bearer {Second}"));
        Assert.False(tokens.Accept("Bearer # old"));
        Assert.False(tokens.Accept("Bearer "));
        Assert.False(tokens.Accept($"Basic {First}"));
        Assert.False(tokens.Accept($"Bearer {First}{Second}"));
        Assert.False(tokens.Accept(null));
    }

    [Fact]
    public void A_rotated_token_holds_without_a_restart_and_the_old_one_no_more()
    {
        var file = _directory.Write("token", First);
        var tokens = Load(file);

        Replace(file, Second);

        Assert.True(tokens.Accept($"Bearer {Second}"));
        Assert.False(tokens.Accept($"Bearer {First}"));
    }

    [Fact]
    public void A_token_behind_a_link_whose_target_moves_is_taken_and_the_old_one_refused()
    {
        // As Kubernetes mounts a secret.
        _directory.Write("one/token", First);
        _directory.Write("two/token", Second);
        Directory.CreateSymbolicLink(_directory["data"], "one");
        File.CreateSymbolicLink(_directory["token"], "data/token");
        var tokens = Load(_directory["token"]);
        Assert.True(tokens.Accept($"Bearer {First}"));

        Directory.CreateSymbolicLink(_directory["data.new"], "two");
        using var move = System.Diagnostics.Process.Start("mv", ["-T", _directory["data.new"], _directory["data"]]);
        move.WaitForExit();

        Assert.True(tokens.Accept($"Bearer {Second}"));
        Assert.False(tokens.Accept($"Bearer {First}"));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("passwordpassword", true)]
    [InlineData("1234567890123456", true)]
    [InlineData("abcdefghijklmnopqrst", true)]
    [InlineData("9f3c2e71b0d84a65c1e7f2a9", false)]
    [InlineData("a-token-of-decent-length", false)]
    public void What_anybody_would_try_is_no_token(string token, bool trivial) => Assert.Equal(trivial, BearerTokens.IsTrivial(token));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void A_file_that_becomes_unusable_locks_nobody_out(string content)
    {
        var file = _directory.Write("token", First);
        var tokens = Load(file);

        Replace(file, content);

        Assert.True(tokens.Accept($"Bearer {First}"));
        Assert.False(tokens.Accept("Bearer short"));
    }

    [Fact]
    public void A_file_that_is_removed_locks_nobody_out()
    {
        var file = _directory.Write("token", First);
        var tokens = Load(file);

        File.Delete(file);

        Assert.True(tokens.Accept($"Bearer {First}"));
    }

    [Fact]
    public void A_token_that_could_be_guessed_is_refused_with_the_least_length()
    {
        var (file, sentence) = Problem(_directory.Write("token", "secret"));

        Assert.EndsWith("token", file, StringComparison.Ordinal);
        Assert.Contains("16 characters", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_token_is_refused() => Assert.Contains("no token", Problem(_directory.Write("token", "# none\n")).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_refused() => Assert.Contains("does not exist", Problem(_directory["token"]).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_others_may_write_is_refused_with_the_command_that_mends_it()
    {
        var file = _directory.Write("token", First);
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.GroupWrite);

        Assert.Contains($"chmod go-w {file}", Problem(file).Sentence, StringComparison.Ordinal);
    }

    private static void Replace(string file, string content)
    {
        var written = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, content);
        // Two writes within one tick of the file system's clock would look alike if their sizes did.
        File.SetLastWriteTimeUtc(file, written.AddSeconds(1));
    }

    private static BearerTokens Load(params string[] files)
    {
        var (tokens, problems) = BearerTokens.Load(files, NullLogger.Instance);
        Assert.Empty(problems);
        return tokens!;
    }

    private static (string File, string Sentence) Problem(string file)
    {
        var (tokens, problems) = BearerTokens.Load([file], NullLogger.Instance);
        Assert.Null(tokens);
        return Assert.Single(problems);
    }
}
