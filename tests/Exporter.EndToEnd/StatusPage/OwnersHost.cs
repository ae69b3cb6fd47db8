using Demo.Faults;

namespace Exporter.EndToEnd.StatusPage;

/// <summary>Two bots of one owner: <c>alpha</c>, which can be healed, and <c>omega</c>, whose symbols and strategies have hostile names.</summary>
public sealed class OwnersHost : IAsyncLifetime
{
    public const string Hostile = "<img src=x onerror=alert(1)>";
    public const string HostileStrategy = "</script><script>alert(2)</script>";

    private SimulatedHost? _host;

    internal SimulatedHost Host => _host!;

    internal World Alpha { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _host = await SimulatedHost.StartAsync();
        Alpha = await _host.AddAsync("alpha", TimeSpan.FromSeconds(1));
        await _host.OpenDoorAsync("alpha");
        await _host.AddAsync("omega", TimeSpan.FromSeconds(1));
        await _host["omega"].ChangeAsync(
            state =>
            {
                state.Probation[Hostile] = DateTimeOffset.UtcNow;
                foreach (var strategy in (string[])[HostileStrategy, "Trend-Conservative"])
                {
                    _host["omega"].OpenPosition(state, Hostile, strategy, "long");
                }
            },
            CancellationToken.None);
        await InjectAsync("kill-switch-active");
        await _host.StartExporterAsync();
        await Eventually.TrueAsync(
            async () => (await _host.BlockersAsync()).Contains("alpha kill_switch critical"), TimeSpan.FromSeconds(60), "alpha is blocked");
        // A healing with its steps, for the page to show.
        await _host.DryRunAsync("verify_kill_switch", "alpha");
    }

    internal Task InjectAsync(string fault) => FaultCatalogue.Find(fault)!.Inject(Alpha, CancellationToken.None);

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
