using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exporter.Web;

/// <summary>
/// Marks the connections of listeners that are bound to a loopback address. The address of the connection itself would not do: a
/// listener on every address sees loopback there too, from a proxy on the same host.
/// </summary>
internal static class LoopbackListener
{
    public static object Mark { get; } = new();

    public static void MarkConnections(ListenOptions listener)
    {
        if (listener.IPEndPoint is { } endpoint && IPAddress.IsLoopback(endpoint.Address))
        {
            listener.Use(next => connection =>
            {
                connection.Items[Mark] = true;
                return next(connection);
            });
        }
    }
}
