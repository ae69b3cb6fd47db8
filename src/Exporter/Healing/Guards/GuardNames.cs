namespace Exporter.Healing.Guards;

/// <summary>The guard rails by the names that people read, and that <c>confirm</c> takes.</summary>
public static class GuardNames
{
    public const string Cooldown = "cooldown";

    public const string Attempts = "attempts";

    public static string Of(Guard guard) => guard switch
    {
        Guard.Paused => "paused",
        Guard.Disabled => "disabled",
        Guard.AlreadyHealthy => "already_healthy",
        Guard.Precondition => "precondition",
        Guard.Cooldown => Cooldown,
        Guard.Exhausted => Attempts,
        Guard.RateLimit => "rate_limit",
        Guard.Storm => "storm",
        Guard.Action => "action",
        _ => throw new ArgumentOutOfRangeException(nameof(guard), guard, "no such guard rail"),
    };
}
