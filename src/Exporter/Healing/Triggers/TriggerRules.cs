using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;

namespace Exporter.Healing.Triggers;

/// <summary>What holds between the keys of a trigger's options. A sentence follows the name of the key that it is about.</summary>
public static class TriggerRules
{
    /// <param name="key">The trigger's place, to name keys by.</param>
    /// <param name="allowFile">False where no bot's directory is meant.</param>
    public static IEnumerable<ValidationResult> Check(TriggerOptions options, string key, bool allowFile = true)
    {
        var kinds = new object?[] { options.Http, options.Command, options.File }.Count(kind => kind is not null);
        if (kinds != 1)
            yield return new($"names {kinds} of Http, Command and File; name exactly one.", [key]);
        if (options.File is not null && !allowFile)
            yield return new("is not possible here, since no bot's directory is meant; use Http or Command.", [$"{key}:File"]);
        if (options.File is { } file && (file.Path.Length == 0 || Path.IsPathRooted(file.Path) || file.Path.Split('/').Contains("..")))
            yield return new($"is '{file.Path}'; it must be a path below the bot's root, such as triggers/refresh.", [$"{key}:File:Path"]);
        if (options.Command is { } command && command.Argv is not [{ Length: > 0 }, ..])
            yield return new("is empty; list the program and its arguments, such as [\"systemctl\", \"restart\", \"bot\"].", [$"{key}:Command:Argv"]);
        if (options.Command?.Environment?.Find(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } variable)
            yield return new($"holds '{variable.Split('=')[0]}…'; list names of variables, without values.", [$"{key}:Command:Environment"]);
        foreach (var mistake in options.Http is { } http ? Check(http, $"{key}:Http") : [])
            yield return mistake;
    }

    private static IEnumerable<ValidationResult> Check(HttpTriggerOptions http, string key)
    {
        if (http.Url is null == http.UrlFile is null)
            yield return new("needs either Url or UrlFile.", [key]);
        // The value is not shown: a password in it is the very mistake.
        if (http.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0))
            yield return new("is no absolute http or https address without user and password; put secrets into Headers or UrlFile.", [$"{key}:Url"]);
        if (http.Method.Length == 0 || !http.Method.All(char.IsAsciiLetterUpper))
            yield return new($"is '{http.Method}'; use a method such as POST.", [$"{key}:Method"]);
        if (http.Body is not null && http.BodyFile is not null)
            yield return new("is there beside Body; name one of them.", [$"{key}:BodyFile"]);
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out _))
            yield return new($"is '{http.ContentType}'; use one such as application/json.", [$"{key}:ContentType"]);
        foreach (var (name, file) in http.Headers ?? [])
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                yield return new("is no name of a header.", [$"{key}:Headers:{name}"]);
            if (!Path.IsPathRooted(file))
                yield return new("must be the absolute path of the file that holds the header's value, not the value.", [$"{key}:Headers:{name}"]);
        }
    }
}
