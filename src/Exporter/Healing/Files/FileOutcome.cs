namespace Exporter.Healing.Files;

/// <summary>What came of an attempt to put a file in place. Every reason is a sentence for the owner and holds no content.</summary>
internal abstract record FileOutcome
{
    private FileOutcome()
    {
    }

    public sealed record Written : FileOutcome;

    /// <summary>The file changed since it was judged; what somebody else wrote stands.</summary>
    public sealed record Moved(string Reason) : FileOutcome;

    /// <summary>A rule forbids it; nothing was touched.</summary>
    public sealed record Refused(string Reason) : FileOutcome;

    /// <summary>The system would not; what was there is there.</summary>
    public sealed record Failed(string Reason) : FileOutcome;
}
