namespace Exporter.Healing;

/// <summary>The setup that holds now: whoever acts on it reads it once, and a reload swaps it whole.</summary>
internal sealed class CurrentSetup(HealingSetup setup)
{
    private volatile HealingSetup _value = setup;

    public HealingSetup Value
    {
        get => _value;
        set => _value = value;
    }

    public HealingOptions Options => _value.Options;
}
