using System.Net;
using System.Net.Sockets;
using Exporter.Venues;

namespace Exporter.Tests.Venues;

public sealed class HappyEyeballsTests
{
    [Fact]
    public async Task An_address_that_leads_nowhere_does_not_keep_from_one_that_answers()
    {
        using var nowhere = new Deaf(IPAddress.Parse("127.0.0.2"));
        using var answering = new TcpListener(IPAddress.Loopback, nowhere.Port);
        answering.Start();

        using var socket = await HappyEyeballs.ConnectAsync([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], nowhere.Port, CancellationToken.None);

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task A_refusing_IPv6_does_not_keep_from_IPv4()
    {
        using var answering = new TcpListener(IPAddress.Loopback, 0);
        answering.Start();
        var port = ((IPEndPoint)answering.LocalEndpoint).Port;

        using var socket = await HappyEyeballs.ConnectAsync([IPAddress.IPv6Loopback, IPAddress.Loopback], port, CancellationToken.None);

        Assert.Equal(AddressFamily.InterNetwork, socket.AddressFamily);
    }

    [Fact]
    public async Task Where_no_address_answers_the_last_error_is_said()
    {
        using var closed = new ClosedPort();

        var refused = await Assert.ThrowsAsync<SocketException>(() => HappyEyeballs.ConnectAsync([IPAddress.Loopback], closed.Port, CancellationToken.None));

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    /// <summary>A port whose queue is full: the kernel drops what else would connect, as a route that leads nowhere does.</summary>
    private sealed class Deaf : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _filling = [];

        public Deaf(IPAddress address)
        {
            _listener.Bind(new IPEndPoint(address, 0));
            _listener.Listen(0);
            for (var more = 0; more < 4; more++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _filling.Add(socket);
                try
                {
                    socket.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // It waits in the queue, or for it.
                }
            }
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            foreach (var socket in _filling)
            {
                socket.Dispose();
            }

            _listener.Dispose();
        }
    }
}
