namespace Exporter.Checks;

/// <summary>The options of every check, by the check's name in the configuration (<c>Checks:KillSwitch:…</c>).</summary>
public sealed class CheckOptions
{
}
