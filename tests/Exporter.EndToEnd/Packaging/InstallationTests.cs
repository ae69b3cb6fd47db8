using Demo.Loop;
using Exporter.EndToEnd.Security;

namespace Exporter.EndToEnd.Packaging;

/// <summary>The archive that an owner downloads: made by the release script, unpacked, and installed into a file system that has no SDK and no exporter.</summary>
public sealed class InstallationTests : IDisposable
{
    /// <summary>Of the program as published, and of all that an owner unpacks.</summary>
    private const long LargestDirectoryBytes = 30_000_000;

    /// <summary>Ubuntu 22.04 has 2.35, Debian 12 has 2.36.</summary>
    private static readonly Version NewestGlibcAsked = new(2, 34);

    private readonly TemporaryDirectory _directory = new();
    private readonly QuietBot _bot = new();

    public void Dispose()
    {
        _directory.Dispose();
        _bot.Dispose();
    }

    [SkippableFact]
    public async Task The_archive_is_small_verifiable_runs_on_old_systems_and_holds_all_that_an_owner_needs()
    {
        var archive = await ReleaseAsync();

        var (verified, complaint) = await RunAsync("sh", "-c", $"cd {_directory.Path} && sha256sum -c SHA256SUMS");
        Assert.True(verified == 0, complaint);
        var unpacked = await UnpackAsync(archive);
        Assert.InRange(BytesIn(Path.GetDirectoryName(PublishedExporter.Binary)!), 10_000_000, LargestDirectoryBytes);
        Assert.InRange(BytesIn(unpacked), 10_000_000, LargestDirectoryBytes);
        Assert.True(Version.Parse(File.ReadAllText(Path.Combine(unpacked, "GLIBC_FLOOR")).Trim()) <= NewestGlibcAsked);
        string[] needed =
        [
            "tradingbot_exporter", "libe_sqlite3.so", "tradingbot_exporter.service", "exporter.json", "install.sh", "uninstall.sh", "sbom.cdx.json",
            "README.md", "CHANGELOG.md", "LICENSE", "prometheus/rules/checks.yml", "alertmanager/alertmanager.yml",
        ];
        Assert.All(needed, file => Assert.True(File.Exists(Path.Combine(unpacked, file)), file));
        Assert.False(File.Exists(Path.Combine(unpacked, "tradingbot_exporter.dbg")));
    }

    [SkippableFact]
    public async Task The_installer_works_in_a_clean_root_file_system_and_its_counterpart_leaves_nothing()
    {
        Sandbox.SkipIfMissing();
        var unpacked = await UnpackAsync(await ReleaseAsync());

        var (exit, output) = await RunAsync(
            "bwrap",
            "--tmpfs", "/", "--ro-bind", "/usr", "/usr", "--tmpfs", "/usr/local",
            "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin", "/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
            "--ro-bind", "/etc/passwd", "/etc/passwd", "--ro-bind", "/etc/group", "/etc/group", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/srv",
            "--unshare-all", "--uid", "0", "--gid", "0", "--clearenv", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin",
            "--ro-bind", unpacked, "/release", "--bind", _bot.Root, "/srv/mybot", "--chdir", "/release",
            "sh", "-euc",
            """
            if ./install.sh --bot /srv/mybot 2>/tmp/refused; then echo 'it runs as root without a word'; fi
            grep -c 'say --allow-root' /tmp/refused
            for odd in '/srv/my bot' '/srv/my&bot' '/srv/my|bot' "/srv/my'bot" '/srv/my"bot' '/srv/my
            bot'; do
              mkdir -p "$odd"
              if ./install.sh --allow-root --bot "$odd" --name odd 2>/dev/null; then echo "it took $odd"; fi
              if ./install.sh --allow-root --bot /srv/mybot --name "$odd" 2>/dev/null; then echo "it took the name $odd"; fi
            done
            ./install.sh --allow-root --bot /srv/mybot
            tradingbot_exporter --version
            stat -c 'the token has mode %a and %s bytes' /var/lib/tradingbot_exporter/token
            cp -r /srv/mybot /srv/second
            ./install.sh --allow-root --bot /srv/second
            grep -h Paths= /etc/systemd/system/tradingbot_exporter.service.d/10-bots.conf
            sed 's/^User=root$/User=somebody/' -i /etc/systemd/system/tradingbot_exporter.service
            ./install.sh --allow-root --bot /srv/mybot --name other
            tradingbot_exporter config validate --config.file /etc/tradingbot_exporter@other/exporter.json
            grep -h ListenAddresses /etc/tradingbot_exporter@other/exporter.json
            rm -r /etc/tradingbot_exporter@other /etc/systemd/system/tradingbot_exporter@other.service
            sed 's/^User=somebody$/User=root/' -i /etc/systemd/system/tradingbot_exporter.service
            tradingbot_exporter config validate --config.file /etc/tradingbot_exporter/exporter.json
            code=0; tradingbot_exporter check --config.file /etc/tradingbot_exporter/exporter.json --storage.path /tmp/none || code=$?
            echo "check ended with $code"
            if grep -n '@[A-Z]*@' /etc/systemd/system/tradingbot_exporter.service | grep -v '#'; then echo 'a placeholder is left'; fi
            echo '// mine' >> /etc/tradingbot_exporter/exporter.json
            ./install.sh --allow-root --bot /srv/mybot
            grep -c mine /etc/tradingbot_exporter/exporter.json
            /usr/local/lib/tradingbot_exporter/uninstall.sh
            test -e /etc/tradingbot_exporter/exporter.json && echo 'the configuration was kept'
            ./uninstall.sh --purge
            find / -xdev -name '*tradingbot_exporter*' -not -path '/proc/*' | sed 's/^/left behind: /'
            find /usr/local -name '*tradingbot_exporter*' | sed 's/^/left behind: /'
            """);

        Assert.True(exit == 0, output);
        // No network in there: the exchange is critical, as it should be.
        Assert.Contains("check ended with 2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("it took", output, StringComparison.Ordinal);
        Assert.DoesNotContain("without a word", output, StringComparison.Ordinal);
        Assert.Contains("the token has mode 600 and 64 bytes", output, StringComparison.Ordinal);
        Assert.Contains("credentials_file: /etc/alertmanager/heal_token", output, StringComparison.Ordinal);
        Assert.Contains("ReadOnlyPaths=/srv/mybot\nInaccessiblePaths=-/srv/mybot/.env\nReadOnlyPaths=/srv/second\n", output, StringComparison.Ordinal);
        Assert.Contains("\"127.0.0.1:10043\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("a placeholder is left", output, StringComparison.Ordinal);
        Assert.Contains("kept /etc/tradingbot_exporter/exporter.json as it is", output, StringComparison.Ordinal);
        Assert.Contains("the configuration was kept", output, StringComparison.Ordinal);
        Assert.DoesNotContain("left behind", output, StringComparison.Ordinal);
    }

    private async Task<string> ReleaseAsync()
    {
        Skip.If(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("EXPORTER_BINARY")),
            "EXPORTER_BINARY names no native build to make a release of; ./test.sh sets it");
        var (exit, output) = await RunAsync(
            "env",
            $"PUBLISHED={Path.GetDirectoryName(PublishedExporter.Binary)}",
            $"RELEASE_OUT={_directory.Path}",
            Path.Combine(Programs.Repository, "src", "Packaging", "release.sh"),
            "linux-x64");
        Assert.True(exit == 0, output);
        return Assert.Single(Directory.GetFiles(_directory.Path, "*.tar.gz"));
    }

    private async Task<string> UnpackAsync(string archive)
    {
        var target = Directory.CreateDirectory(_directory["unpacked"]).FullName;
        var (exit, output) = await RunAsync("tar", "-xzf", archive, "-C", target);
        Assert.True(exit == 0, output);
        return Assert.Single(Directory.GetDirectories(target));
    }

    private static long BytesIn(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        await using var child = ChildProgram.Start(program, arguments);
        return (await child.WaitForExitAsync(), child.Output);
    }
}
