using System.Collections.Concurrent;
using System.Globalization;
using Exporter.Bots.Files;
using Exporter.Platform;

namespace Exporter.Bots.Kinds.FeatureStore;

/// <summary>A user of this host. Without an entry of its own (a container's number), its groups are not known.</summary>
internal sealed class UserAccount(uint id, string? name, Func<HashSet<uint>?> groups)
{
    // When a file's mode asks for them, and no sooner: a name service across a network takes its time.
    private readonly Lazy<HashSet<uint>?> _groups = new(groups);

    public uint Id => id;

    public string? Name => name;

    public HashSet<uint>? Groups => _groups.Value;

    public override string ToString() => Name is null ? $"user {Id}" : $"{Name} ({Id})";
}

/// <summary>Finds users and their groups; looks once a second whether <c>/etc/passwd</c> or <c>/etc/group</c> changed.</summary>
internal sealed class AccountsFile
{
    private static readonly byte[] Passwd = Native.Path("/etc/passwd");
    private static readonly byte[] Group = Native.Path("/etc/group");

    /// <summary>Users come and go seldom, and one evaluation asks for every bot.</summary>
    private const long LookAgainAfterMilliseconds = 1_000;

    private volatile Cache? _cache;
    private long _lookedAt;

    public UserAccount? Find(string nameOrNumber)
    {
        var cache = Current();
        if (cache.Entries.FirstOrDefault(entry => entry.Name == nameOrNumber) is { } named)
        {
            return cache.Account(named);
        }

        return uint.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Find(id) : null;
    }

    public UserAccount Find(uint id)
    {
        var cache = Current();
        return cache.Entries.FirstOrDefault(entry => entry.Id == id) is { } entry ? cache.Account(entry) : new UserAccount(id, null, static () => null);
    }

    private Cache Current()
    {
        var now = Environment.TickCount64;
        if (_cache is { } known && now - Interlocked.Read(ref _lookedAt) < LookAgainAfterMilliseconds)
        {
            return known;
        }

        Interlocked.Exchange(ref _lookedAt, now);
        var stamp = (Stamp(Passwd), Stamp(Group));
        return _cache is { } cache && cache.Stamp == stamp ? cache : _cache = new Cache(stamp, Load());
    }

    private static List<Entry> Load()
    {
        var entries = new List<Entry>();
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
                    entries.Add(new Entry(id, fields[0], group));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then every user is a number without known groups, and what depends on them is unknown.
        }

        return entries;
    }

    private static HashSet<uint>? GroupsOf(string user, uint primary)
    {
        Span<uint> groups = stackalloc uint[256];
        var count = groups.Length;
        return Native.Getgrouplist(user, primary, groups, ref count) < 0 ? null : [.. groups[..count]];
    }

    private static FileStamp Stamp(byte[] path) =>
        Native.Statx(Native.CurrentDirectory, path, 0, Native.BasicStats, out var file) == 0 ? file.Stamp : default;

    private sealed record Entry(uint Id, string Name, uint Group);

    private sealed record Cache((FileStamp, FileStamp) Stamp, List<Entry> Entries)
    {
        private readonly ConcurrentDictionary<uint, UserAccount> _accounts = new();

        public UserAccount Account(Entry entry) =>
            _accounts.GetOrAdd(entry.Id, static (id, entry) => new UserAccount(id, entry.Name, () => GroupsOf(entry.Name, entry.Group)), entry);
    }
}
