using Exporter.Commands;

using Spectre.Console.Rendering;

namespace Exporter.Terminal;

/// <summary>What a verb has to say, before anybody decided how it reaches its reader.</summary>
internal abstract record Answer(int ExitCode)
{
    /// <param name="Text">For a person.</param>
    /// <param name="Json">For a script: one document of the JSON API, on one line.</param>
    public sealed record Found(Func<IRenderable> Text, Func<string> Json, int ExitCode) : Answer(ExitCode);

    /// <param name="Sentence">What is wrong and what to do.</param>
    public sealed record Failed(string Sentence, int ExitCode) : Answer(ExitCode);
}
