using System.Collections.Immutable;
using Exporter.Bots;

namespace Exporter.Checks;

/// <summary>The details that name the file a verdict rests on, and where a link led.</summary>
internal static class SourceDetails
{
    public static ImmutableArray<Detail> Of(SourceFile file) => file.LinkTarget is { } target
        ? [Detail.Of("file", Phrase.Sentence(file.Path)), Detail.Of("file_modified_at", file.ModifiedAt), Detail.Of("link_target", Phrase.Sentence(target))]
        : [Detail.Of("file", Phrase.Sentence(file.Path)), Detail.Of("file_modified_at", file.ModifiedAt)];
}
