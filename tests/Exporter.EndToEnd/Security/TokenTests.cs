using System.Net;
using System.Net.Http.Headers;

namespace Exporter.EndToEnd.Security;

/// <summary>The token guards every POST, is never shown, and is rotated while the program runs.</summary>
public sealed class TokenTests : IDisposable
{
    private const string Old = "old-token-0123456789abcdef";
    private const string New = "new-token-fedcba9876543210";

    private readonly QuietBot _bot = new();

    public void Dispose() => _bot.Dispose();

    [Theory]
    [InlineData("heal")]
    [InlineData("-/reload")]
    [InlineData("api/v1/heal/restore_config")]
    [InlineData("nothing")]
    public async Task A_post_without_the_token_is_401(string path)
    {
        await using var exporter = await StartAsync(Old);

        using var answer = await PostAsync(exporter, path, null);
        using var wrong = await PostAsync(exporter, path, Old + "x");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task A_token_is_rotated_without_a_restart()
    {
        await using var exporter = await StartAsync(Old);
        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, Old));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReloadAsync(exporter, New));

        WriteTokens($"# both, until everybody knows the new one\n{Old}\n{New}\n");
        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, New));
        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, Old));

        WriteTokens($"{New}\n");
        Assert.Equal(HttpStatusCode.OK, await ReloadAsync(exporter, New));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReloadAsync(exporter, Old));
    }

    [Fact]
    public async Task A_token_file_that_was_emptied_locks_nobody_out_and_lets_nobody_in()
    {
        await using var exporter = await StartAsync(Old);

        WriteTokens("");

        Assert.Equal(HttpStatusCode.OK, await PostNowhereAsync(exporter, Old));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostNowhereAsync(exporter, ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostNowhereAsync(exporter, null));
    }

    [Fact]
    public async Task No_token_is_shown_anywhere()
    {
        await using var exporter = await StartAsync(Old);
        using (await PostAsync(exporter, "heal", Old))
        using (await PostAsync(exporter, "heal", "wrong-token-that-is-secret"))
        {
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "config");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Old);
        using var config = await exporter.Http.SendAsync(request);
        var shown = await exporter.Http.GetStringAsync("metrics") + await config.Content.ReadAsStringAsync() + exporter.Program.Output
            + string.Concat(Directory.EnumerateFiles(exporter.Storage, "*", SearchOption.AllDirectories)
                // .NET holds it locked, against reading too.
                .Where(file => Path.GetFileName(file) != "lock")
                .Select(ReadAll));

        Assert.Equal(HttpStatusCode.OK, config.StatusCode);
        Assert.DoesNotContain(Old, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token-that-is-secret", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData(":0")]
    [InlineData("[::]:0")]
    public async Task Nobody_listens_beyond_loopback_without_a_token(string address)
    {
        var (exit, output) = await PublishedExporter.RunAsync(
            ["serve", "--config.file", _bot.Configure(), "--storage.path", _bot.Directory["storage"], "--web.listen-address", address]);

        Assert.Equal(78, exit);
        Assert.Contains("--web.token-file", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exporter.json")]
    [InlineData("tokens")]
    public async Task A_file_that_others_may_write_is_not_obeyed(string file)
    {
        WriteTokens(Old);
        var config = _bot.Configure();
        File.SetUnixFileMode(_bot.Directory[file], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        var (exit, output) = await PublishedExporter.RunAsync(
            ["serve", "--config.file", config, "--storage.path", _bot.Directory["storage"], "--web.listen-address", "127.0.0.1:0", "--web.token-file", _bot.Directory["tokens"]]);

        Assert.Equal(78, exit);
        Assert.Contains($"chmod go-w {_bot.Directory[file]}", output, StringComparison.Ordinal);
    }

    private Task<PublishedExporter> StartAsync(string token)
    {
        WriteTokens(token);
        return _bot.ServeAsync(null, "--web.token-file", _bot.Directory["tokens"]);
    }

    private void WriteTokens(string content) => _bot.Directory.Write("tokens", content);

    private static async Task<HttpStatusCode> ReloadAsync(PublishedExporter exporter, string token)
    {
        using var answer = await PostAsync(exporter, "-/reload", token);
        return answer.StatusCode;
    }

    /// <summary>Asks for what a token opens and a broken token file does not break.</summary>
    private static async Task<HttpStatusCode> PostNowhereAsync(PublishedExporter exporter, string? token)
    {
        using var answer = await PostAsync(exporter, "nothing", token);
        return answer.StatusCode == HttpStatusCode.NotFound ? HttpStatusCode.OK : answer.StatusCode;
    }

    private static Task<HttpResponseMessage> PostAsync(PublishedExporter exporter, string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        return exporter.Stranger.SendAsync(request);
    }

    private static string ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
