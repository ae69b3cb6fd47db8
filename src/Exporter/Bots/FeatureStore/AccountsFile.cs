using System.Globalization;
using Exporter.Bots.Files;

namespace Exporter.Bots.FeatureStore;

/// <summary>A user of this host. Without an entry of its own (a container's number), its groups are not known.</summary>
internal sealed record UserAccount(uint Id, string? Name, HashSet<uint>? Groups)
{
    public override string ToString() => Name is null ? $"user {Id}" : $"{Name} ({Id})";
}

/// <summary>Finds users and their groups; looks again when <c>/etc/passwd</c> or <c>/etc/group</c> changed.</summary>
internal sealed class AccountsFile
{
    private static readonly byte[] Passwd = Native.Path("/etc/passwd");
    private static readonly byte[] Group = Native.Path("/etc/group");

    private volatile Cache? _cache;

    public UserAccount? Find(string nameOrNumber)
    {
        var users = Users();
        if (users.FirstOrDefault(user => user.Name == nameOrNumber) is { } named)
        {
            return named;
        }

        return uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Find(id) : null;
    }

    public UserAccount Find(uint id) => Users().FirstOrDefault(user => user.Id == id) ?? new UserAccount(id, null, null);

    private List<UserAccount> Users()
    {
        var stamp = (Stamp(Passwd), Stamp(Group));
        if (_cache is { } cache && cache.Stamp == stamp)
        {
            return cache.Users;
        }

        var users = Load();
        _cache = new Cache(stamp, users);
        return users;
    }

    private static List<UserAccount> Load()
    {
        var users = new List<UserAccount>();
        try
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
            {
                // name:password:uid:gid:…
                var fields = line.Split(':');
                if (fields.Length > 3
                    && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var group))
                {
                    users.Add(new UserAccount(id, fields[0], GroupsOf(fields[0], group)));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then every user is a number without known groups, and what depends on them is unknown.
        }

        return users;
    }

    private static HashSet<uint>? GroupsOf(string user, uint primary)
    {
        Span<uint> groups = stackalloc uint[256];
        var count = groups.Length;
        return Native.Getgrouplist(user, primary, groups, ref count) < 0 ? null : [.. groups[..count]];
    }

    private static FileStamp Stamp(byte[] path) =>
        Native.Statx(Native.CurrentDirectory, path, 0, Native.BasicStats, out var file) == 0 ? file.Stamp : default;

    private sealed record Cache((FileStamp, FileStamp) Stamp, List<UserAccount> Users);
}
