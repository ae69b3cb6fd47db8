using System.Net;

namespace Demo;

/// <summary>The demo's command line.</summary>
internal sealed record DemoOptions
{
    public const string Help =
        """
        Runs the whole loop on this machine: a simulated bot, exchange and CoinGlass, the exporter, and Prometheus and
        Alertmanager with the repository's files where they are installed. Says in plain sentences what is happening.

          dotnet run --project src/Demo -- [OPTIONS]

          --kind KIND        feature-store, or freqtrade: a simulated freqtrade by its API (default: feature-store)
          --tour             inject one fault after another, then end
          --schedule TEXT    inject and clear by time: "5s +config-torn, 60s +exchange-banned, 90s -exchange-banned"
          --for SECONDS      end by itself after so long
          --directory DIR    write everything below DIR and keep it (default: a temporary directory, deleted at the end)
          --control PORT     port of the fault door: POST, DELETE /faults/NAME (default: 10043 if free)
          --list             list the faults and end

          --bot-alone DIR --listen ADDRESS --key-file FILE
                             just the simulated bot, its venues and its doors, for programs in other containers:
                             triggers and faults on port 10043, the exchange on 10044, CoinGlass on 10045
        """;

    public bool Tour { get; init; }

    public bool List { get; init; }

    /// <summary>The bot is a freqtrade.</summary>
    public bool IsFreqtrade { get; init; }

    public bool ShowHelp { get; init; }

    public Schedule? Schedule { get; init; }

    public TimeSpan? For { get; init; }

    public string? Directory { get; init; }

    public int ControlPort { get; init; } = 10043;

    /// <summary>Run nothing but the bot and its venues.</summary>
    public BotAlone? BotAlone { get; init; }

    /// <returns>The options, or a sentence that says what is wrong.</returns>
    public static (DemoOptions? Options, string? Error) Parse(ReadOnlySpan<string> arguments)
    {
        var options = new DemoOptions();
        for (var rest = arguments; !rest.IsEmpty;)
        {
            switch (rest)
            {
                case ["--tour", ..]:
                    options = options with { Tour = true };
                    rest = rest[1..];
                    break;
                case ["--kind", "freqtrade" or "feature-store", ..]:
                    options = options with { IsFreqtrade = rest[1] == "freqtrade" };
                    rest = rest[2..];
                    break;
                case ["--list", ..]:
                    options = options with { List = true };
                    rest = rest[1..];
                    break;
                case ["--help" or "-h", ..]:
                    options = options with { ShowHelp = true };
                    rest = rest[1..];
                    break;
                case ["--directory", var directory, ..]:
                    options = options with { Directory = Path.GetFullPath(directory) };
                    rest = rest[2..];
                    break;
                case ["--for", var text, ..] when uint.TryParse(text, out var seconds):
                    options = options with { For = TimeSpan.FromSeconds(seconds) };
                    rest = rest[2..];
                    break;
                case ["--control", var text, ..] when ushort.TryParse(text, out var port):
                    options = options with { ControlPort = port };
                    rest = rest[2..];
                    break;
                case ["--bot-alone", var bot, "--listen", var text, "--key-file", var keyFile, ..] when IPAddress.TryParse(text, out var address):
                    options = options with { BotAlone = new BotAlone(Path.GetFullPath(bot), address, keyFile) };
                    rest = rest[6..];
                    break;
                case ["--schedule", var text, ..]:
                    var (schedule, error) = Schedule.Parse(text);
                    if (schedule is null)
                    {
                        return (null, error);
                    }

                    options = options with { Schedule = schedule };
                    rest = rest[2..];
                    break;
                default:
                    return (null, $"'{rest[0]}' is no option of the demo, or its value is missing or wrong.");
            }
        }

        return (options, null);
    }
}
