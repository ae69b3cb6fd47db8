using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>The details that name the file a verdict rests on, and where a link led.</summary>
internal static class SourceDetails
{
    public static ImmutableArray<Detail> Of(Evidence file) =>
    [
        Detail.Of("file", Phrase.Sentence(file.Source)),
        Detail.Of("file_modified_at", file.Stamp),
        .. file.LinkTarget is { } target ? [Detail.Of("link_target", Phrase.Sentence(target))] : (Detail[])[],
    ];

    /// <summary>The same for a verdict that rests on several files: only where links led.</summary>
    public static ImmutableArray<Detail> LinksOf(IEnumerable<Evidence?> files)
    {
        var targets = files.Select(file => file?.LinkTarget).OfType<string>().Select(Phrase.Sentence).ToImmutableArray();
        return targets.IsEmpty ? [] : [Detail.Of("link_targets", targets)];
    }
}
