using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Exporter.Commands;

/// <summary>The generated help with examples and exit codes after it.</summary>
internal sealed class Help(HelpAction generated) : SynchronousCommandLineAction
{
    private const string Root = "";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = generated.Invoke(parseResult);
        // The program's own name is the file's, whatever somebody has called it.
        var command = parseResult.CommandResult.Command is RootCommand ? Root : parseResult.CommandResult.Command.Name;
        var output = parseResult.InvocationConfiguration.Output;
        Print(output, "Examples:", ExamplesOf(command));
        Print(output, "Exit codes:", ExitCodesOf(command));
        return code;
    }

    private static void Print(TextWriter output, string title, string[] lines)
    {
        if (lines.Length == 0)
        {
            return;
        }

        output.WriteLine(title);
        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }

    private static string[] ExamplesOf(string command) => command switch
    {
        "serve" =>
        [
            "tradingbot_exporter serve --bot /srv/bot",
            "tradingbot_exporter serve --bot alpha=/srv/alpha --bot beta=/srv/beta --heal",
            "tradingbot_exporter serve --config.file /etc/tradingbot_exporter/config.json",
        ],
        "check" =>
        [
            "tradingbot_exporter check --bot /srv/bot",
            "tradingbot_exporter check --config.file /etc/tradingbot_exporter/config.json",
        ],
        "why" =>
        [
            "tradingbot_exporter why                          ask the exporter on this host",
            "tradingbot_exporter why --bot alpha --watch      one bot, refreshed in place",
            "tradingbot_exporter why --bot /srv/bot           no exporter runs: look itself",
            "tradingbot_exporter why --json | jq -r '.blockers[0].reason'",
        ],
        "config" =>
        [
            "tradingbot_exporter config validate --config.file config.json",
            "tradingbot_exporter config print --bot /srv/bot",
            "tradingbot_exporter config schema > config.schema.json",
        ],
        "failure-points" =>
        [
            "tradingbot_exporter failure-points",
            "tradingbot_exporter failure-points --markdown",
        ],
        "heal" =>
        [
            "tradingbot_exporter heal restore_config --bot alpha --dry-run",
            "tradingbot_exporter heal refresh_intelligence --bot alpha --token-file token",
        ],
        "history" =>
        [
            "tradingbot_exporter history --bot alpha --since 7d",
            "tradingbot_exporter history --outcome failed --steps",
        ],
        "pause" =>
        [
            "tradingbot_exporter pause set 'moving the bot to another disk' --bot alpha --for 2h",
            "tradingbot_exporter pause list",
            "tradingbot_exporter pause lift 3",
        ],
        Root =>
        [
            "tradingbot_exporter --bot /srv/bot            watch one bot; metrics on http://127.0.0.1:10042/metrics",
            "tradingbot_exporter check --bot /srv/bot      look once, as a table",
            "tradingbot_exporter config print --bot /srv/bot > config.json",
            "tradingbot_exporter serve --config.file config.json",
        ],
        _ => [],
    };

    private static string[] ExitCodesOf(string command) => command switch
    {
        "check" or "why" =>
        [
            "0  healthy",
            "1  warning",
            "2  critical",
            "3  unknown, or it could not be checked",
            "64 wrong usage",
            "78 wrong configuration",
        ],
        "serve" =>
        [
            "0  stopped as asked",
            "1  could not start, such as an address in use",
            "64 wrong usage",
            "78 wrong configuration",
        ],
        "heal" =>
        [
            "0  healed, or nothing left to heal; or the dry run has spoken",
            "1  tried, and the check still fails",
            "2  not done: a guard rail or a rule forbids it, or it only suggests",
            "64 wrong usage",
            "69 the exporter could not be asked, or would not",
        ],
        "set" or "list" or "lift" =>
        [
            "0  done",
            "64 wrong usage",
            "69 the exporter could not be asked, or would not",
        ],
        "validate" =>
        [
            "0  the configuration is good",
            "78 it is not; every wrong key is named",
        ],
        _ => [],
    };
}
