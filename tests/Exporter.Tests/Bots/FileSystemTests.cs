using System.Runtime.InteropServices;
using Exporter.Bots;
using Exporter.Bots.Kinds.FeatureStore;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Tests.Bots;

public sealed class FileSystemTests : IDisposable
{
    private const string Positions = FeatureStoreFixture.Positions;
    private const UnixFileMode All = (UnixFileMode)0x1ff;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FeatureStoreFixture _fixture = FeatureStoreFixture.With();

    public FileSystemTests()
    {
        foreach (var directory in Directory.EnumerateDirectories(_fixture.Root, "*", SearchOption.AllDirectories).Prepend(_fixture.Root))
        {
            File.SetUnixFileMode(directory, All);
        }
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_usage_is_what_df_says()
    {
        var volume = Assert.Single((await _fixture.Read().ReadFileSystemAsync(default)).Volumes);

        var df = new DriveInfo(_fixture.Root);
        Assert.Equal(_fixture.Root, volume.Path);
        Assert.Equal((ulong)df.TotalSize, volume.SizeBytes);
        Assert.InRange(volume.UsageRatio, 0.000001, 1);
        Assert.InRange(volume.InodeUsageRatio, 0, 1);
        Assert.False(volume.ReadOnly);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherWrite, Permission.Granted, Permission.Granted)]
    [InlineData(UnixFileMode.OtherRead, Permission.Granted, Permission.Denied)]
    [InlineData(UnixFileMode.OtherWrite, Permission.Denied, Permission.Granted)]
    [InlineData(Owner, Permission.Denied, Permission.Denied)]
    public async Task Another_users_access_is_worked_out_from_the_mode(UnixFileMode mode, Permission read, Permission write)
    {
        File.SetUnixFileMode(_fixture[Positions], mode);

        var access = await AccessOf("nobody");

        Assert.Equal((read, write), (access.Read, access.Write));
    }

    [Fact]
    public async Task A_directory_on_the_way_that_may_not_be_entered_denies_and_is_named()
    {
        File.SetUnixFileMode(_fixture[Positions], All);
        File.SetUnixFileMode(_fixture["logs"], Owner);

        var access = await AccessOf("nobody");

        Assert.Equal((Permission.Denied, Permission.Denied), (access.Read, access.Write));
        Assert.Contains($"enter {_fixture["logs"]}", access.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_does_not_exist_yet_needs_a_directory_where_it_can_be_made()
    {
        _fixture.Delete(Positions);
        Assert.Equal(Permission.Granted, (await AccessOf("nobody")).Write);

        File.SetUnixFileMode(_fixture["logs"], Owner | UnixFileMode.OtherExecute);

        Assert.Equal(Permission.Denied, (await AccessOf("nobody")).Write);
    }

    [Fact]
    public async Task An_access_control_list_makes_it_unknown()
    {
        // struct posix_acl_xattr: version 2, then user::rw-, group::---, mask::rw-, other::--- and user 4242 rw-.
        byte[] list =
        [
            2, 0, 0, 0,
            1, 0, 6, 0, 0xff, 0xff, 0xff, 0xff,
            2, 0, 6, 0, 0x92, 0x10, 0, 0,
            4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
            0x10, 0, 6, 0, 0xff, 0xff, 0xff, 0xff,
            0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
        ];
        if (SetAttribute(_fixture[Positions], "system.posix_acl_access", list, (nuint)list.Length, 0) != 0)
        {
            // A file system without ACLs: nothing to judge, and a file without one stays known.
            Assert.NotEqual(Permission.Unknown, (await AccessOf("nobody")).Read);
            return;
        }

        var access = await AccessOf("nobody");

        Assert.Equal((Permission.Unknown, Permission.Unknown), (access.Read, access.Write));
        Assert.Contains("access control list", access.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_an_entry_has_groups_that_nobody_knows()
    {
        File.SetUnixFileMode(_fixture[Positions], UnixFileMode.GroupRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite);

        var access = await AccessOf("4242");

        Assert.Equal((Permission.Unknown, Permission.Granted), (access.Read, access.Write));
    }

    [Fact]
    public async Task An_unknown_user_is_a_problem_and_unknown_access()
    {
        var state = await _fixture.Read(options => options.BotUser = "no-such-user").ReadFileSystemAsync(default);

        Assert.Contains("'no-such-user' is not known", Assert.Single(state.Problems), StringComparison.Ordinal);
        Assert.All(state.Files, file => Assert.Equal(Permission.Unknown, file.Read));
    }

    [Fact]
    public async Task A_links_target_is_judged_by_its_own_directories()
    {
        using var elsewhere = new TemporaryDirectory();
        File.SetUnixFileMode(elsewhere.Write("positions.json", "{}"), All);
        _fixture.Delete(Positions);
        File.CreateSymbolicLink(_fixture[Positions], elsewhere["positions.json"]);

        var access = await AccessOf("nobody");

        Assert.Equal(Permission.Denied, access.Read);
        Assert.Contains($"enter {elsewhere.Path}", access.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_reserved_for_root_is_neither_used_nor_available()
    {
        // 100 blocks: 60 used, 40 free, of which a user without privileges gets 20; inodes 10: 9 used.
        var statistics = MemoryMarshal.Read<VolumeStatistics>(MemoryMarshal.AsBytes<ulong>(
            [4096, 1024, 100, 40, 20, 10, 1, 1, 0, 1, 255, 0, 0, 0, 0, 0, 0, 0, 0]));

        var volume = DirectoryVolume.Of("/not/here", statistics);

        Assert.Equal(new Volume("/not/here", 102_400, 20_480, 0.75, 0.9, ReadOnly: true), volume);
    }

    private async Task<Exporter.Bots.FileAccess> AccessOf(string user)
    {
        var bot = _fixture.Read(options =>
        {
            options.BotUser = user;
            options.CriticalFiles = [Positions];
        });
        return Assert.Single((await bot.ReadFileSystemAsync(default)).Files);
    }

    [DllImport("libc", EntryPoint = "setxattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAttribute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nuint size, int flags);
}
