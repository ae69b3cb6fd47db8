namespace Exporter.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Key">Where, as <c>Checks:KillSwitch:Grace</c>; empty when the file as a whole is meant.</param>
/// <param name="Sentence">What is wrong, the value, and what would be right.</param>
/// <param name="Source">The file, environment variable or flag that said so; null when nothing did (a missing key).</param>
public sealed record ConfigurationError(string Key, string Sentence, string? Source = null)
{
    public override string ToString()
    {
        var where = Source is null ? "" : $" ({Source})";
        return Key.Length == 0 ? $"{Sentence}{where}" : $"{Key}: {Sentence}{where}";
    }
}
