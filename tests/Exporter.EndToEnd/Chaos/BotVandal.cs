using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Demo.Bot;

namespace Exporter.EndToEnd.Chaos;

/// <summary>Breaks a bot's files. The bot writes most of them again by itself; of the configurations it remembers what it wrote.</summary>
internal sealed class BotVandal(SimulatedBot bot, Random dice)
{
    private const UnixFileMode Normal = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Written by the bot on every cycle; it would hang on a FIFO and give up on a directory, so they only ever hold bytes.</summary>
    private static readonly string[] Cycled = [BotFiles.Positions, BotFiles.Intelligence, BotFiles.Heartbeat];

    public static readonly string[] Configs = [BotFiles.TradingConfig, BotFiles.GoldenHour];

    private readonly ConcurrentDictionary<string, bool> _written = [];

    /// <summary>Whether these bytes of a configuration come from here.</summary>
    public bool Wrote(byte[] content) => _written.ContainsKey(Convert.ToBase64String(content));

    public async Task BreakAsync(CancellationToken cancellation)
    {
        await dice.BetweenAsync(0.2, 1.5, cancellation);
        if (dice.Next(3) > 0)
        {
            Put(bot.Files[dice.One(Cycled)], Bytes());
        }
        else
        {
            await BreakConfigAsync(bot.Files[dice.One(Configs)], cancellation);
        }
    }

    /// <summary>Takes away what is no file, so that the last word is one that can be read.</summary>
    public void Clear()
    {
        foreach (var path in Configs.Select(file => bot.Files[file]))
        {
            Remove(path);
            Put(path, Good());
        }
    }

    private async Task BreakConfigAsync(string path, CancellationToken cancellation)
    {
        Remove(path);
        switch (dice.Next(6))
        {
            case 0:
                using (var mkfifo = Process.Start("mkfifo", [path]))
                {
                    await mkfifo.WaitForExitAsync(cancellation);
                }

                break;
            case 1:
                Directory.CreateDirectory(path);
                break;
            case 2:
                File.CreateSymbolicLink(path, "/nowhere/at-all.json");
                break;
            case 3:
                Put(path, Good());
                File.SetUnixFileMode(path, UnixFileMode.None);
                break;
            case 4:
                break;
            default:
                Put(path, Bytes());
                break;
        }

        // Sometimes long enough for a healing (a file must have been still for 10 s), mostly not.
        await dice.BetweenAsync(0.5, dice.Next(2) == 0 ? 2 : 16, cancellation);
        if (dice.Next(2) == 0)
        {
            Remove(path);
            Put(path, Good());
        }
    }

    private byte[] Bytes()
    {
        var whole = Encoding.UTF8.GetBytes("""{"mode":"paper","restrict_to_golden_hour":true,"open_positions":[],"ts":"2026-01-01T00:00:00Z"}""");
        return dice.Next(6) switch
        {
            0 => whole[..dice.Next(whole.Length)],
            1 => [],
            2 => [.. Enumerable.Range(0, 300).Select(_ => (byte)dice.Next(256))],
            3 => Encoding.UTF8.GetBytes(new string('[', 100_000)),
            4 => Encoding.UTF8.GetBytes("""{"open_positions":[""" + string.Join(',', Enumerable.Repeat("""{"symbol":"BTCUSDT","direction":"LONG","strategy":"a"}""", 40_000)) + "]}"),
            _ => Encoding.UTF8.GetBytes("<html>not what you think</html>"),
        };
    }

    private static byte[] Good() => """{"mode":"paper","restrict_to_golden_hour":true}"""u8.ToArray();

    private void Put(string path, byte[] content)
    {
        _written[Convert.ToBase64String(content)] = true;
        if (dice.Next(3) == 0)
        {
            var beside = $"{path}.vandal";
            File.WriteAllBytes(beside, content);
            File.SetUnixFileMode(beside, Normal);
            File.Move(beside, path, overwrite: true);
            return;
        }

        // As the bot: nobody is locked out.
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(content);
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path) is { LinkTarget: null } && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
