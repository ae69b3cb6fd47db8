using Exporter.Commands;

using System.Collections;

namespace Exporter.Terminal;

/// <summary>What a command is given by whoever started the program.</summary>
/// <param name="Environment">Variables by name; the command line and the configuration read no others.</param>
internal sealed record Shell(TextWriter Output, TextWriter Error, IReadOnlyDictionary<string, string> Environment, TimeProvider Time)
{
    public static Shell OfProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        TimeProvider.System);
}
