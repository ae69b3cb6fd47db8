using Exporter.Storage;

namespace Exporter.Venues;

/// <summary>Whom to ask: a venue at a base URL. Equal targets share their probes, whichever bot asks.</summary>
/// <param name="BaseUrl">Absolute, http or https; may carry a path of its own, as a gateway does.</param>
/// <param name="KeyFile">The file that holds the API key, read anew for each call; null when the question needs none.</param>
public sealed record ProbeTarget(VenuePreset Preset, Uri BaseUrl, string? KeyFile = null)
{
    /// <summary>The call that tells of maintenance, where that is another one; null when the answer itself tells, or nothing does.</summary>
    public ProbeTarget? Maintenance => Preset switch
    {
        { Maintenance: { Path: { } path } rule } => this with
        {
            Preset = Preset with
            {
                Method = "GET",
                Path = path,
                Body = null,
                Ok = [new BodyRule(rule.Items ?? rule.State, "exists")],
                Time = null,
                MinIntervalSeconds = rule.MinIntervalSeconds,
            },
        },
        // Another host's word holds for the venue's own address, not for a test net or a gateway that its owner named.
        { MaintenanceOf: { } other } when BaseUrl == Preset.BaseUrl && VenuePresets.FindExchange(other) is { BaseUrl: { } home } whole =>
            new ProbeTarget(whole, home).Maintenance,
        _ => null,
    };

    public bool Equals(ProbeTarget? other) =>
        other is not null && (Preset.Name, Preset.Path, BaseUrl, KeyFile) == (other.Preset.Name, other.Preset.Path, other.BaseUrl, other.KeyFile);

    public override int GetHashCode() => HashCode.Combine(Preset.Name, Preset.Path, BaseUrl, KeyFile);

    public Uri Url => new(BaseUrl.AbsoluteUri.TrimEnd('/') + Preset.Path);

    /// <summary>Whom a Retry-After binds: every question to the same venue at the same base URL.</summary>
    public HeldVenue Held => new(Preset.Name, BaseUrl.AbsoluteUri.TrimEnd('/'));
}

/// <summary>A venue at a base URL without its last slash.</summary>
public readonly record struct HeldVenue(string Preset, string BaseUrl)
{
    /// <summary>Tells the owner whom a file is about.</summary>
    public string FileName => SafeName.Of($"{Preset}~{BaseUrl}") + ".json";
}

/// <summary>How often a target may be asked and how long an answer may take.</summary>
/// <param name="MinInterval">Within it the last answer is shared.</param>
/// <param name="VerificationInterval">A verification may ask inside <paramref name="MinInterval"/>, but not again within this.</param>
/// <param name="Timeout">Of the whole call, a slow body included.</param>
public sealed record ProbeTiming(TimeSpan MinInterval, TimeSpan VerificationInterval, TimeSpan Timeout);

/// <summary>Why somebody is asked.</summary>
public enum ProbePurpose
{
    Routine,

    /// <summary>To prove a recovery: the answer must be newer than the question, and may come inside the interval.</summary>
    Verification,
}
