using System.Collections.Immutable;
using Exporter.Bots;
using Exporter.Checks;

namespace Exporter.Evaluation;

/// <summary>A bot with the checks that watch it, in the catalogue's order.</summary>
public sealed record MonitoredBot(IBot Bot, ImmutableArray<ICheck> Checks);

/// <summary>Which checks a request asks for: all but the excluded, or just the collected, as node_exporter's <c>collect[]</c> and <c>exclude[]</c>.</summary>
/// <param name="Names">Null means every check.</param>
public sealed record CheckFilter(ImmutableHashSet<string>? Names)
{
    public static CheckFilter All { get; } = new((ImmutableHashSet<string>?)null);

    public bool Includes(string check) => Names is null || Names.Contains(check);
}
