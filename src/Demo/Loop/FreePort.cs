using System.Net;
using System.Net.Sockets;

namespace Demo.Loop;

/// <summary>Ports for programs that must be told theirs.</summary>
internal static class FreePort
{
    /// <summary>The well-known one if nobody has it, else any.</summary>
    public static int Prefer(int port) => TryBind(port) ?? Any();

    public static int Any() => TryBind(0)!.Value;

    private static int? TryBind(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
