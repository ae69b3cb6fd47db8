namespace Exporter.Healing;

/// <summary>What an action throws when it failed in a way that a retry may mend; the message is a sentence for the owner.</summary>
public sealed class TryAgainException(string reason) : Exception(reason);
