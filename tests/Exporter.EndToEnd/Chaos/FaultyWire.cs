using System.Net;
using System.Net.Sockets;

namespace Exporter.EndToEnd.Chaos;

internal enum WireMood
{
    Passing,

    /// <summary>Connections are accepted, and nothing ever comes back.</summary>
    Blackholed,

    Reset,

    /// <summary>A few bytes at a time.</summary>
    Slow,
}

/// <summary>A TCP proxy on loopback: the network between the exporter and a venue.</summary>
internal sealed class FaultyWire : IAsyncDisposable
{
    private const int SlowBytes = 64;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private volatile WireMood _mood;

    public FaultyWire(Uri target)
    {
        _target = target;
        _listener.Start();
        Address = new UriBuilder(target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync(_stop.Token);
    }

    public Uri Address { get; }

    public WireMood Mood
    {
        get => _mood;
        set => _mood = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        List<Task> carried = [];
        try
        {
            while (true)
            {
                carried.RemoveAll(one => one.IsCompleted);
                carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(cancellation), cancellation));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task CarryAsync(TcpClient near, CancellationToken cancellation)
    {
        using (near)
        {
            try
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                var lost = _mood is WireMood.Blackholed or WireMood.Reset;
                while (_mood == WireMood.Blackholed)
                {
                    await timer.WaitForNextTickAsync(cancellation);
                }

                if (lost)
                {
                    near.LingerState = new LingerOption(true, 0);
                    return;
                }

                using var far = new TcpClient();
                await far.ConnectAsync(_target.Host, _target.Port, cancellation);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var there = CopyAsync(near.GetStream(), far.GetStream(), both.Token);
                var back = CopyAsync(far.GetStream(), near.GetStream(), both.Token);
                await Task.WhenAny(there, back);
                await both.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // A wire that breaks is what it is for.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var slow = _mood == WireMood.Slow;
            var read = await from.ReadAsync(buffer.AsMemory(0, slow ? SlowBytes : buffer.Length), cancellation);
            if (read == 0)
            {
                return;
            }

            if (slow)
            {
                await timer.WaitForNextTickAsync(cancellation);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }
}
