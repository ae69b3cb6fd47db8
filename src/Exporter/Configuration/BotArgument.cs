namespace Exporter.Configuration;

/// <summary>
/// One <c>--bot</c>: <c>DIR</c>, <c>http://HOST:PORT</c>, or either behind <c>NAME=</c>; with the credentials that were given after it.
/// </summary>
public sealed record BotArgument(string Text)
{
    public string? User { get; init; }

    public string? PasswordFile { get; init; }

    internal bool IsAddress => IsUrl(Split().Place);

    public static implicit operator BotArgument(string text) => new(text);

    /// <summary>The name of the bot and its place: a directory, absolute, or an address.</summary>
    internal (string Name, string Place) Split()
    {
        var equals = Text.IndexOf('=', StringComparison.Ordinal);
        // A directory may hold '=' too: only what stands before it and is no path is a name.
        var named = equals > 0 && !Text.AsSpan(0, equals).Contains('/');
        var place = named ? Text[(equals + 1)..] : Text;
        if (IsUrl(place))
        {
            return (named ? Text[..equals] : Uri.TryCreate(place, UriKind.Absolute, out var url) ? BotNames.Of(url) : "bot", place);
        }

        var root = Path.GetFullPath(place);
        return (named ? Text[..equals] : BotNames.Of(root), root);
    }

    private static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
