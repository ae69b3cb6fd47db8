using Exporter.Platform;

namespace Exporter.Tests.Bots;

public sealed class MountTableTests
{
    private static readonly string[] Lines =
    [
        "21 26 0:20 / /proc rw,relatime - proc proc rw",
        "40 26 8:1 /srv/bot /bot ro,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro",
        "41 26 8:2 / /broken rw,relatime - ext4 /dev/sdb1 ro",
        "42 26 0:50 / /odd rw - fuse.x x allow_other",
    ];

    /// <summary>A sandbox that shows the bot's directory read-only does not keep the bot from writing.</summary>
    [Theory]
    [InlineData(40UL, false)]
    [InlineData(41UL, true)]
    [InlineData(42UL, null)]
    [InlineData(4UL, null)]
    public void What_counts_is_the_file_system_and_not_our_view_of_it(ulong mount, bool? expected) => Assert.Equal(expected, MountTable.IsReadOnly(Lines, mount));
}
