using System.Collections.Immutable;

namespace Demo.Faults;

/// <summary>Every fault of the demo; at least one for each failure point.</summary>
internal static class FaultCatalogue
{
    public static ImmutableArray<Fault> All { get; } =
    [
        .. ConfigFaults.All,
        .. IntelligenceFaults.All,
        .. SwitchFaults.All,
        .. VenueFaults.All,
        .. PositionFaults.All,
        .. HostFaults.All,
    ];

    public static Fault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);
}
