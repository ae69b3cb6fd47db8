using System.Diagnostics;

namespace Exporter.EndToEnd.Security;

/// <summary>The file system as a deployment shows it to the exporter, made with bubblewrap: everything read-only but what is named.</summary>
public sealed record Sandbox(string Name, bool PrivateTmp, bool NonRoot)
{
    /// <summary>As <c>tradingbot_exporter.service</c>: ProtectSystem=strict, PrivateTmp, StateDirectory, ReadWritePaths of the bot, no capabilities.</summary>
    public static Sandbox Unit { get; } = new("unit", PrivateTmp: true, NonRoot: false);

    /// <summary>As <c>docker-compose.yml</c>: read_only, a tmpfs at /tmp, the two volumes, a user that is not root, no capabilities.</summary>
    public static Sandbox Compose { get; } = new("compose", PrivateTmp: true, NonRoot: true);

    public static Sandbox Of(string name) => name == Unit.Name ? Unit : Compose;

    /// <summary>Skips the test where this machine cannot make one.</summary>
    public static void SkipIfMissing()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "true"]) { RedirectStandardError = true })!;
            probe.WaitForExit();
            Skip.IfNot(probe.ExitCode == 0, "bubblewrap may not make name spaces on this machine");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "bubblewrap is not installed; ./test.sh installs it");
        }
    }

    // Without --die-with-parent: to the kernel the parent is the thread that started it, and a pool's thread ends when it likes.
    /// <summary>The arguments of <c>bwrap</c> that run the published program inside.</summary>
    public IEnumerable<string> Run(IEnumerable<string> writable, IEnumerable<string> readable, IEnumerable<string> arguments)
    {
        string[] namespaces = NonRoot ? ["--unshare-user", "--uid", "10001", "--gid", "10001"] : [];
        string[] temporary = PrivateTmp ? ["--tmpfs", "/tmp"] : [];
        return
        [
            .. namespaces, "--cap-drop", "ALL", "--new-session",
            "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", .. temporary,
            .. readable.Append(Path.GetDirectoryName(PublishedExporter.Binary)!).SelectMany(path => (string[])["--ro-bind", path, path]),
            .. writable.SelectMany(path => (string[])["--bind", path, path]),
            PublishedExporter.Binary, .. arguments,
        ];
    }
}
