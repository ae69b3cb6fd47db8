using System.Collections.Immutable;

namespace Demo.Faults;

/// <summary>Every fault of the demo's bot of files; at least one for each failure point. Those of a freqtrade stand apart.</summary>
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

    public static Fault? Find(string name) => All.Concat(Freqtrade.FreqtradeFaults.All).FirstOrDefault(fault => fault.Name == name);
}
