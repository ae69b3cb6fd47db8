using System.CommandLine;

namespace Exporter.Commands;

/// <summary>The flags of the commands that ask a running exporter: where it is, and the token that it may want.</summary>
internal sealed class ExporterFlags
{
    private const string DefaultUrl = "http://127.0.0.1:10042";

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"Address of the running exporter. Default: {DefaultUrl}.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
            {
                return url;
            }

            result.AddError($"--url takes an address such as {DefaultUrl}.");
            return null;
        },
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "File whose first line is the token that the exporter wants, as given to it with --web.token-file.",
        HelpName = "FILE",
    };

    public ExporterFlags()
    {
        _tokenFile.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } file && FirstToken(file) is (null, var sentence))
            {
                result.AddError($"--token-file {file}: {sentence}");
            }
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_tokenFile);
    }

    public RunningExporter Read(ParseResult parsed) => new(
        parsed.GetValue(_url) ?? new Uri(DefaultUrl),
        parsed.GetValue(_tokenFile) is { } file ? FirstToken(file).Token : null);

    private static (string? Token, string? Sentence) FirstToken(string file)
    {
        try
        {
            return File.ReadLines(file).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#') is { } token
                ? token.All(char.IsAscii) ? (token, null) : (null, "its first line is no token; a token is plain ASCII.")
                : (null, "it holds no token.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }
}
