using System.ComponentModel;

namespace Exporter.Configuration;

/// <summary>Where the exporter keeps its own files.</summary>
public sealed class StorageOptions
{
    [Description("Directory of journals, ledger and last known good copies. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/tradingbot_exporter, else ~/.local/state/tradingbot_exporter.")]
    public string? Path { get; set; }
}
