namespace Exporter.Bots.Files;

/// <summary>What came of one look at a file. No enum: Polly keeps its result type whole, and an enum's reflection is not AOT-clean.</summary>
internal readonly record struct Look(bool MustLookAgain)
{
    public static Look Done => new(false);

    public static Look Again => new(true);
}
