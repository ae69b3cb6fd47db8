using System.Collections.Immutable;
using Exporter.Healing.Files;

namespace Exporter.Healing.Triggers;

/// <summary>Makes triggers from options, and says what is wrong with the options.</summary>
public sealed class TriggerFactory(TimeProvider clock, Func<string, string?> environment)
{
    /// <summary>A trigger for one bot; null when none is configured.</summary>
    /// <param name="root">The bot's root, for a trigger file; null where there is no bot (the escalation).</param>
    public ITrigger? Create(TriggerOptions? options, string? root) => options switch
    {
        { Http: { } http } => new HttpTrigger(http),
        { Command: { } command } => new CommandTrigger(command, clock, environment),
        { File: { } file } when root is not null => new FileTrigger(root, file, new SafeFileReplace()),
        _ => null,
    };

    /// <summary>One sentence per mistake; <paramref name="key"/> is the options' place in the configuration.</summary>
    public static ImmutableArray<string> Validate(TriggerOptions options, string key, bool allowFile = true) =>
        [.. Mistakes(options, key, allowFile)];

    private static IEnumerable<string> Mistakes(TriggerOptions options, string key, bool allowFile)
    {
        var kinds = new object?[] { options.Http, options.Command, options.File }.Count(kind => kind is not null);
        if (kinds != 1)
            yield return $"{key} names {kinds} of Http, Command and File; name exactly one.";
        if (options.File is not null && !allowFile)
            yield return $"{key}:File is not possible here, since no bot's directory is meant; use Http or Command.";
        if (options.File is { } file && (file.Path.Length == 0 || Path.IsPathRooted(file.Path) || file.Path.Split('/').Contains("..")))
            yield return $"{key}:File:Path is '{file.Path}'; it must be a path below the bot's root, such as triggers/refresh.";
        if (options.Command is { } command && (command.Argv is not { Count: > 0 } argv || argv[0].Length == 0))
            yield return $"{key}:Command:Argv is empty; list the program and its arguments, such as [\"systemctl\", \"restart\", \"bot\"].";
        if (options.Command?.Environment?.Find(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } variable)
            yield return $"{key}:Command:Environment holds '{variable}'; list names of variables, without values.";
        if (options.Http is { } http)
        {
            foreach (var mistake in Mistakes(http, $"{key}:Http"))
                yield return mistake;
        }
    }

    private static IEnumerable<string> Mistakes(HttpTriggerOptions http, string key)
    {
        if (http.Url is null == http.UrlFile is null)
            yield return $"{key} needs either Url or UrlFile.";
        if (http.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0))
            yield return $"{key}:Url is no absolute http or https address without user and password; put secrets into Headers or UrlFile.";
        if (http.Method.Length == 0 || !http.Method.All(char.IsAsciiLetterUpper))
            yield return $"{key}:Method is '{http.Method}'; use a method such as POST.";
        if (http.Body is not null && http.BodyFile is not null)
            yield return $"{key} has Body and BodyFile; name one.";
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(http.ContentType, out _))
            yield return $"{key}:ContentType is '{http.ContentType}'; use one such as application/json.";
        foreach (var (name, file) in http.Headers ?? [])
        {
            if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') || !Path.IsPathRooted(file))
                yield return $"{key}:Headers:{name} is '{file}'; name the absolute path of the file that holds the header's value.";
        }
    }
}
