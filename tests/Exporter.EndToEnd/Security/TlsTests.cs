using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Exporter.EndToEnd.Security;

/// <summary>TLS and client certificates through Kestrel's own section, with real handshakes.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly QuietBot _bot = new();
    private readonly SelfMadeAuthority _ours = new("Ours");

    public void Dispose()
    {
        _bot.Dispose();
        _ours.Dispose();
    }

    [Fact]
    public async Task The_exporter_speaks_tls_with_the_certificate_that_its_owner_made()
    {
        await using var exporter = await StartAsync("NoCertificate");

        using var http = Client(null);

        Assert.Contains("tradingbot_exporter_build_info", await http.GetStringAsync(new Uri(await HttpsAsync(exporter), "metrics")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_of_our_authority_no_client_gets_through_the_handshake()
    {
        await using var exporter = await StartAsync("RequireCertificate");
        var metrics = new Uri(await HttpsAsync(exporter), "metrics");
        using var theirs = new SelfMadeAuthority("Theirs");
        using var known = _ours.ForClient();
        using var stranger = theirs.ForClient();
        using var right = Client(known);
        using var wrong = Client(stranger);
        using var none = Client(null);

        Assert.Equal(HttpStatusCode.OK, (await right.GetAsync(metrics)).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => wrong.GetAsync(metrics));
        await Assert.ThrowsAsync<HttpRequestException>(() => none.GetAsync(metrics));
        Assert.Equal(HttpStatusCode.OK, (await right.GetAsync(metrics)).StatusCode);
    }

    [Fact]
    public async Task A_client_certificate_does_not_replace_the_token()
    {
        _bot.Directory.Write("tokens", "token-0123456789abcdef");
        await using var exporter = await StartAsync("RequireCertificate", "--web.token-file", _bot.Directory["tokens"]);
        using var certificate = _ours.ForClient();
        using var http = Client(certificate);

        using var answer = await http.PostAsync(new Uri(await HttpsAsync(exporter), "-/reload"), null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<PublishedExporter> StartAsync(string clientCertificates, params string[] arguments)
    {
        var (certificate, key) = _ours.ForServer();
        var config = _bot.Configure(new JsonObject
        {
            ["Kestrel"] = new JsonObject
            {
                ["Endpoints"] = new JsonObject
                {
                    ["Https"] = new JsonObject
                    {
                        ["Url"] = "https://127.0.0.1:0",
                        ["Certificate"] = new JsonObject
                        {
                            ["Path"] = _bot.Directory.Write("tls.crt", certificate),
                            ["KeyPath"] = _bot.Directory.Write("tls.key", key),
                        },
                        ["ClientCertificateMode"] = clientCertificates,
                    },
                },
            },
        });
        // How an owner makes one program trust an authority of his own; docs/security.md says so.
        return await PublishedExporter.StartAsync(
            ["--config.file", config, .. arguments], [new("SSL_CERT_FILE", _bot.Directory.Write("ca.crt", _ours.Pem))]);
    }

    private static async Task<Uri> HttpsAsync(PublishedExporter exporter) => new(await exporter.Program.WaitForLineAsync(line =>
        line.Contains("event=Listening", StringComparison.Ordinal) && line.IndexOf("https://", StringComparison.Ordinal) is > 0 and var start
            ? line[start..].Trim('"', '.').Split('"', ' ')[0].TrimEnd('.') + "/"
            : null));

    private HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => _ours.Vouches(shown as X509Certificate2);
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            // Shown whatever authorities the server names: a stranger would try too.
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return new HttpClient(handler);
    }
}
