using System.ComponentModel;
using Exporter.Checks;

namespace Exporter.Healing.Triggers;

/// <summary>How to tell a bot, or somebody, something: exactly one of the three.</summary>
public sealed class TriggerOptions
{
    [Description("An HTTP request. Redirects are never followed.")]
    public HttpTriggerOptions? Http { get; set; }

    [Description("A program to run, as a list of arguments, without a shell.")]
    public CommandTriggerOptions? Command { get; set; }

    [Description("A file to create in the bot's directory.")]
    public FileTriggerOptions? File { get; set; }
}

public sealed class HttpTriggerOptions
{
    [Description("The request's method.")]
    public string Method { get; set; } = "POST";

    [Description("http or https, absolute. Secrets belong in UrlFile or in a header.")]
    public string? Url { get; set; }

    [Description("A file that holds the URL, for services that put a secret into it. Instead of Url.")]
    public string? UrlFile { get; set; }

    [Description("Header names, each with the file that holds its value.")]
    public Dictionary<string, string>? Headers { get; set; }

    [Description("The request's body. Without it and BodyFile, a JSON object that says what happened.")]
    public string? Body { get; set; }

    [Description("A file that holds the request's body.")]
    public string? BodyFile { get; set; }

    [Description("Content type of the body.")]
    public string ContentType { get; set; } = "application/json";

    [DurationRange("00:00:00.1", "00:10:00")]
    [Description("How long to wait for the answer.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

public sealed class CommandTriggerOptions
{
    [Description("Program and arguments. The program is an absolute path, or found in PATH.")]
    public List<string>? Argv { get; set; }

    [Description("Names of environment variables that it may see beside PATH, HOME and LANG.")]
    public List<string>? Environment { get; set; }

    [DurationRange("00:00:00.1", "01:00:00")]
    [Description("After this time it is killed with everything that it has started.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

public sealed class FileTriggerOptions
{
    [Description("Below the bot's root. The bot takes it away when it has seen it.")]
    public string Path { get; set; } = "";
}
