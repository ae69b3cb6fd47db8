using Exporter.Commands;
using Exporter.Server;

namespace Exporter.Tests.Commands;

public sealed class StartupPagesTests
{
    private const string Program = "/opt/a bot/tradingbot_exporter";

    // The form of proc_pid_smaps(5), with the lines that matter and some that do not.
    private static readonly string[] Smaps =
    [
        "55d000000000-55d000001000 r--p 00000000 fe:00 41    /opt/a bot/tradingbot_exporter", "Rss: 4 kB", "Anonymous: 0 kB", "VmFlags: rd mr mw me sd",
        "55d000001000-55d000009000 r-xp 00001000 fe:00 41    /opt/a bot/tradingbot_exporter", "Rss: 32 kB", "Anonymous: 0 kB", "VmFlags: rd ex mr mw me sd",
        "55d000009000-55d00000a000 r--p 00009000 fe:00 41    /opt/a bot/tradingbot_exporter", "Rss: 4 kB", "Anonymous: 4 kB",
        "55d00000a000-55d00000c000 rw-p 0000a000 fe:00 41    /opt/a bot/tradingbot_exporter", "Rss: 8 kB", "Anonymous: 0 kB",
        "7f0000000000-7f0000002000 r--p 00000000 fe:00 42    /usr/lib/libc.so.6", "Anonymous: 0 kB",
        "7f0000002000-7f0000006000 r-xp 00002000 fe:00 42    /usr/lib/libc.so.6", "Anonymous: 0 kB",
        "7f0000006000-7f0000008000 r-xp 00000000 fe:00 43    /usr/lib/patched.so", "Anonymous: 4 kB",
        "7f0000008000-7f0000009000 r-xp 00000000 00:00 0     ", "Anonymous: 0 kB",
        "7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0     [vdso]", "Anonymous: 0 kB",
    ];

    [Fact]
    public void Only_what_the_kernel_can_read_again_is_given_back() => Assert.Equal(
        [(0x55d000000000, 0x1000), (0x55d000001000, 0x8000), (0x7f0000002000, 0x4000)],
        StartupPages.Clean(Smaps, Program).Select(mapping => ((long)mapping.Start, (long)mapping.Length)));

    [Fact]
    public void The_constants_of_an_unknown_program_are_kept() =>
        Assert.Equal(2, StartupPages.Clean(Smaps, program: null).Count());

    [Fact]
    public void This_process_has_code_to_give_back_and_goes_on_without_it()
    {
        Assert.NotEmpty(StartupPages.Clean(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath));

        StartupPages.GiveBack();

        Assert.NotEmpty(StartupPages.Clean(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath));
    }
}
