using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Exporter.Commands;

/// <summary>The generated help with examples and exit codes after it.</summary>
internal sealed class Help(HelpAction generated) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = generated.Invoke(parseResult);
        var command = parseResult.CommandResult.Command.Name;
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
        "validate" or "print" or "schema" => [],
        _ =>
        [
            "tradingbot_exporter --bot /srv/bot            watch one bot; metrics on http://127.0.0.1:10042/metrics",
            "tradingbot_exporter check --bot /srv/bot      look once, as a table",
            "tradingbot_exporter config print --bot /srv/bot > config.json",
            "tradingbot_exporter serve --config.file config.json",
        ],
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
        "validate" =>
        [
            "0  the configuration is good",
            "78 it is not; every wrong key is named",
        ],
        _ => [],
    };
}
