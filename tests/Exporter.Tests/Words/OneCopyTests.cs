using System.Text.RegularExpressions;
using Exporter.Tests.Loop;

namespace Exporter.Tests.Words;

/// <summary>What is said to people is phrased in one room: a second copy anywhere else is found by what it could not be written without.</summary>
public sealed partial class OneCopyTests
{
    [Theory]
    [InlineData("plain text", @"char\.IsControl|Rune\.IsControl|UnicodeCategory\.(Control|Format)")]
    [InlineData("durations", @"Total(Seconds|Minutes|Hours|Days)(:[0F][^}]*)?\}? (s|min|h|d)\b|\.Total(Minutes|Hours|Days)\b")]
    [InlineData("times", @"'T'HH:mm:ss\.fff'Z'|HH:mm:ss( 'UTC'|\} UTC)")]
    [InlineData("status words", @"CheckStatus\.Ok => ""|Status\.ToString\(\)|Health\.ToString\(\)")]
    [InlineData("the order of statuses", @"CheckStatus\.(Unknown|Warning|Critical)\b[^\n=]*=> \d")]
    public void Only_the_room_of_words_phrases(string family, string pattern)
    {
        var copies = Sources()
            .SelectMany(file => File.ReadLines(file).Where(line => Regex.IsMatch(line, pattern)).Select(line => $"{file}: {line.Trim()}"))
            .Where(copy => !Theirs.Any(theirs => copy.Contains(theirs, StringComparison.Ordinal)));
        Assert.True(!copies.Any(), $"A second copy of {family}:\n{string.Join('\n', copies)}");
    }

    /// <summary>What is a program's or a bot's own format, or a height in a picture, and no phrase.</summary>
    private static readonly string[] Theirs = ["Configuration/Duration.cs", "Sparkline.cs", "KillSwitchFile.cs", "CertificateTrust.cs"];

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.File("src", "Exporter"), "*.cs*", SearchOption.AllDirectories).Where(file => !Elsewhere().IsMatch(file));

    [GeneratedRegex("/(obj|bin|Words)/|csproj$")]
    private static partial Regex Elsewhere();
}
