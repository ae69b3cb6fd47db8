using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Exporter.Configuration;

namespace Exporter.Commands;

/// <summary>The flags of the commands that look at bots, with the names that Prometheus' own programs use.</summary>
/// <param name="bots">What <c>--bot</c> means to this command, where that is not the usual.</param>
internal sealed class Flags(string? bots = null, string botName = "PLACE")
{
    private readonly Option<string?> _configFile = new("--config.file")
    {
        Description = "Configuration file: JSON, comments allowed. See 'config schema' and 'config print'.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _bots = new("--bot")
    {
        Description = bots ?? "A bot to watch: its directory, or the http address of its API; either as NAME=… too. Repeat it for more bots.",
        HelpName = botName,
    };

    private readonly Option<string[]> _users = new("--bot.user")
    {
        Description = "User name of the API of the --bot before it.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _passwordFiles = new("--bot.password-file")
    {
        Description = "File with the password of the API of the --bot before it.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _exchange = new("--exchange")
    {
        Description = "Exchange preset of every bot. Default: what the bot says, or its kind.",
        HelpName = "PRESET",
    };

    private readonly Option<string?> _storage = new("--storage.path")
    {
        Description = "Directory of journals and ledger. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/tradingbot_exporter.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _logLevel = Choice("--log.level", "Least severe level that is logged: debug, info, warn or error.", "LEVEL", "debug", "info", "warn", "error");

    private readonly Option<string?> _logFormat = Choice("--log.format", "Format of the log: logfmt or json.", "FORMAT", "logfmt", "json");

    private readonly Option<bool> _heal = new("--heal")
    {
        Description = "Let healing change what is a bot's: write its files, fire its triggers. Without it healing only suggests.",
    };

    private readonly Option<string[]> _listen = new("--web.listen-address")
    {
        Description = "Address to listen on, HOST:PORT or :PORT. Repeat it for more. Default: 127.0.0.1:10042.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string[]> _tokens = new("--web.token-file")
    {
        Description = "File with bearer tokens, one a line. Repeat it for more. Needed to listen beyond loopback.",
        HelpName = "FILE",
    };

    /// <summary>Adds what every command that evaluates understands.</summary>
    public void AddTo(Command command)
    {
        command.Add(_configFile);
        command.Add(_bots);
        command.Add(_users);
        command.Add(_passwordFiles);
        command.Add(_exchange);
        command.Add(_storage);
        command.Add(_logLevel);
        command.Add(_logFormat);
    }

    /// <summary>Adds what only a server understands.</summary>
    public void AddServerTo(Command command)
    {
        AddTo(command);
        command.Add(_heal);
        command.Add(_listen);
        command.Add(_tokens);
    }

    public CommandLineOverrides Read(ParseResult parsed) => new()
    {
        ConfigFile = parsed.GetValue(_configFile),
        Bots = BotArguments(parsed),
        Exchange = parsed.GetValue(_exchange),
        StoragePath = parsed.GetValue(_storage),
        LogLevel = parsed.GetValue(_logLevel),
        LogFormat = parsed.GetValue(_logFormat),
        Heal = parsed.GetValue(_heal),
        ListenAddresses = [.. parsed.GetValue(_listen) ?? []],
        TokenFiles = [.. parsed.GetValue(_tokens) ?? []],
    };

    /// <summary>Credentials belong to the one bot before them, so the order of the words counts.</summary>
    private ImmutableArray<BotArgument> BotArguments(ParseResult parsed)
    {
        var bots = ImmutableArray.CreateBuilder<BotArgument>();
        var option = "";
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                option = token.Value;
                continue;
            }

            if (option == _bots.Name)
            {
                bots.Add(token.Value);
            }
            else if (bots.Count > 0 && option == _users.Name)
            {
                bots[^1] = bots[^1] with { User = token.Value };
            }
            else if (bots.Count > 0 && option == _passwordFiles.Name)
            {
                bots[^1] = bots[^1] with { PasswordFile = token.Value };
            }
        }

        return bots.ToImmutable();
    }

    private static Option<string?> Choice(string name, string description, string helpName, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
