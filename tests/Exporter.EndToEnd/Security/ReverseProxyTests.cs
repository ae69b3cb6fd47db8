using System.Net;
using Demo.Loop;

namespace Exporter.EndToEnd.Security;

/// <summary>
/// The plainest reverse proxies there are, as Debian ships them: they come from loopback and send no header that tells them from a local
/// client. What goes through them changes nothing and shows no configuration, and with the owner's token nothing at all without it.
/// </summary>
public sealed class ReverseProxyTests : IDisposable
{
    private readonly QuietBot _bot = new();

    public void Dispose() => _bot.Dispose();

    [SkippableTheory]
    [InlineData("nginx", "1.0")]
    [InlineData("nginx", "1.1")]
    [InlineData("haproxy", "")]
    public async Task Nobody_behind_it_changes_anything_or_sees_the_configuration(string proxy, string version)
    {
        await using var exporter = await _bot.ServeAsync();
        await using var front = Start(proxy, version, exporter, out var address);
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync(async () => (await http.GetAsync("-/healthy")).IsSuccessStatusCode, TimeSpan.FromSeconds(30), $"{proxy} passes on");

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("metrics")).StatusCode);
        Assert.Contains((await http.GetAsync("config")).StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden]);
        foreach (var path in (string[])["heal", "api/v1/heal/restore_config", "api/v1/pauses", "-/reload"])
        {
            using var answer = await http.PostAsync(path, new StringContent("{}", null, "application/json"));
            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden]);
        }
    }

    [SkippableTheory]
    [InlineData("nginx", "1.1")]
    [InlineData("haproxy", "")]
    public async Task With_the_owner_s_token_nothing_is_read_through_it_either(string proxy, string version)
    {
        _bot.Directory.Write("tokens", "an-owner-s-token-0123456789abcdef");
        await using var exporter = await _bot.ServeAsync(null, "--web.token-file", _bot.Directory["tokens"]);
        await using var front = Start(proxy, version, exporter, out var address);
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync(async () => (await http.GetAsync("-/healthy")).IsSuccessStatusCode, TimeSpan.FromSeconds(30), $"{proxy} passes on");

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("")).StatusCode);
    }

    private ChildProgram Start(string proxy, string version, PublishedExporter exporter, out Uri address)
    {
        Skip.IfNot(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, proxy))),
            $"{proxy} is not installed; ./test.sh installs it");
        var port = FreePort.Any();
        address = new Uri($"http://localhost:{port}/");
        var home = _bot.Directory[proxy];
        Directory.CreateDirectory(home);
        return proxy == "nginx"
            ? ChildProgram.Start("nginx", ["-p", home, "-e", "stderr", "-c", _bot.Directory.Write("nginx.conf", $$"""
                daemon off;
                pid {{home}}/pid;
                error_log stderr;
                events { }
                http {
                  access_log off;
                  client_body_temp_path {{home}}/body; proxy_temp_path {{home}}/proxy; fastcgi_temp_path {{home}}/fastcgi; uwsgi_temp_path {{home}}/uwsgi; scgi_temp_path {{home}}/scgi;
                  server {
                    listen 127.0.0.1:{{port}};
                    location / { proxy_http_version {{version}}; proxy_pass http://{{exporter.Target}}; }
                  }
                }
                """)])
            : ChildProgram.Start("haproxy", ["-f", _bot.Directory.Write("haproxy.cfg", $"""
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                frontend front
                  bind 127.0.0.1:{port}
                  default_backend exporter
                backend exporter
                  server exporter {exporter.Target}

                """)]);
    }
}
