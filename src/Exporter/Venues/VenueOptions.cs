using System.ComponentModel;

namespace Exporter.Venues;

/// <summary>What holds for every call to a venue, whichever bot it is for.</summary>
public sealed class VenueOptions
{
    [Description("A PEM file with certificate authorities that are trusted beside the system's: for a gateway of your own. Checking stays on.")]
    public string? ExtraCaFile { get; set; }
}
