using System.Net;
using System.Net.Sockets;

namespace Exporter.Venues;

/// <summary>
/// Connects to whichever address of a host answers first (RFC 8305): a host whose IPv6 leads nowhere is reached by IPv4 within a quarter of a
/// second, as the bot's own client reaches it.
/// </summary>
internal static class HappyEyeballs
{
    /// <summary>The head start of each address before the next one, as RFC 8305 recommends.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>; where a proxy stands between, the host is the proxy's.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await ResolveAsync(host, cancellation);
        return new NetworkStream(await ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation), ownsSocket: true);
    }

    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);

    /// <exception cref="SocketException">No address answers: what the last one said.</exception>
    public static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = new Queue<IPAddress>(Alternating(addresses));
        var attempts = new List<Task<Socket>>();
        Exception? last = null;
        try
        {
            while (waiting.Count > 0 || attempts.Count > 0)
            {
                if (waiting.TryDequeue(out var next))
                {
                    attempts.Add(AttemptAsync(new IPEndPoint(next, port), decided.Token));
                }

                var pause = waiting.Count > 0 ? Task.Delay(HeadStart, decided.Token) : Task.Delay(Timeout.InfiniteTimeSpan, decided.Token);
                if (await Task.WhenAny([.. attempts, pause]) is not Task<Socket> ended)
                {
                    cancellation.ThrowIfCancellationRequested();
                    continue;
                }

                attempts.Remove(ended);
                try
                {
                    return await ended;
                }
                catch (SocketException e)
                {
                    last = e;
                }
            }
        }
        finally
        {
            await decided.CancelAsync();
            foreach (var late in attempts)
            {
                _ = late.ContinueWith(static task => _ = task.IsCompletedSuccessfully ? Closed(task.Result) : task.Exception, TaskScheduler.Default);
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Socket> AttemptAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>In the resolver's order, but for the families, which take turns: three dead IPv6 addresses do not stand before the first IPv4 one.</summary>
    private static IEnumerable<IPAddress> Alternating(IPAddress[] addresses)
    {
        var families = addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToArray()).ToArray();
        return Enumerable.Range(0, families.Length == 0 ? 0 : families.Max(family => family.Length))
            .SelectMany(turn => families.Where(family => turn < family.Length).Select(family => family[turn]));
    }

    private static Exception? Closed(Socket socket)
    {
        socket.Dispose();
        return null;
    }
}
