namespace Exporter.Configuration;

/// <summary>Remembers which file, variable or flag gave a key its value, so that an error can name the place to mend.</summary>
internal sealed class Origins
{
    private readonly Dictionary<string, string> _byKey = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What gave every key that nothing else is said of: the configuration file.</summary>
    public string? Default { get; set; }

    public void Say(string key, string source) => _byKey[key] = source;

    /// <summary>The source of a key, or of the nearest section above it.</summary>
    public string? Of(string key)
    {
        for (var prefix = key; ; prefix = prefix[..prefix.LastIndexOf(':')])
        {
            if (_byKey.TryGetValue(prefix, out var source))
            {
                return source;
            }

            if (!prefix.Contains(':', StringComparison.Ordinal))
            {
                // A section that no file has was made by the variable that set a key in it.
                return _byKey.FirstOrDefault(pair => pair.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)).Value ?? Default;
            }
        }
    }
}
