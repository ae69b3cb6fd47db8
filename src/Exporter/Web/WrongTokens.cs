using System.Net;
using System.Net.Sockets;
using Prometheus;

namespace Exporter.Web;

/// <summary>
/// Counts wrong tokens. A right one is never slowed; after ten wrong ones within a minute an address (of IPv6: its /64) is told to wait.
/// Nothing is held back, and no more than some thousand addresses are remembered.
/// </summary>
public sealed partial class WrongTokens(TimeProvider time, IMetricFactory metrics, ILogger<WrongTokens> log)
{
    private const int Allowed = 10;
    private const int MostAddresses = 4_096;
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Counter _count = metrics.CreateCounter("tradingbot_exporter_wrong_tokens_total", "Requests and sign-ins that showed a token which is none.");
    private readonly Dictionary<IPAddress, (DateTimeOffset Since, int Count)> _addresses = [];
    private readonly Lock _gate = new();
    private DateTimeOffset _told;
    private int _untold;

    /// <summary>Notes one; answers how long the address is to wait, or null while it need not.</summary>
    public TimeSpan? Note(HttpContext context)
    {
        _count.Inc();
        var now = time.GetUtcNow();
        var address = Network(context.Connection.RemoteIpAddress ?? IPAddress.None);
        lock (_gate)
        {
            Tell(address, now);
            if (!_addresses.TryGetValue(address, out var known) || now - known.Since >= Span || now < known.Since)
            {
                if (_addresses.Count >= MostAddresses)
                {
                    Forget(now);
                }

                known = (now, 0);
            }

            known = (known.Since, Math.Min(known.Count + 1, Allowed + 1));
            _addresses[address] = known;
            return known.Count > Allowed ? known.Since + Span - now : null;
        }
    }

    /// <summary>Answers 401, or 429 with the time to wait; the body is the caller's.</summary>
    public static int Status(HttpContext context, TimeSpan? wait)
    {
        if (wait is not { } time)
        {
            return StatusCodes.Status401Unauthorized;
        }

        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(time.TotalSeconds)).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
        return StatusCodes.Status429TooManyRequests;
    }

    /// <summary>One line a minute at most, with how many there were since the last one.</summary>
    private void Tell(IPAddress address, DateTimeOffset now)
    {
        _untold++;
        if (now - _told < Span && now >= _told)
        {
            return;
        }

        Log.Wrong(log, _untold, address);
        (_told, _untold) = (now, 0);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (address, _) in _addresses.Where(known => now - known.Value.Since >= Span).ToList())
        {
            _addresses.Remove(address);
        }

        if (_addresses.Count >= MostAddresses)
        {
            _addresses.Remove(_addresses.MinBy(known => known.Value.Since).Key);
        }
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, EventName = "WrongTokens", Message = "{Count} requests with a wrong token, the last from {Address}.")]
        public static partial void Wrong(ILogger logger, int count, IPAddress address);
    }
}
