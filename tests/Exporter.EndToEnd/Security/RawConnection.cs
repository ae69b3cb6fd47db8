using System.Net.Sockets;
using System.Text;

namespace Exporter.EndToEnd.Security;

/// <summary>A TCP connection on which a test may send what no decent client would.</summary>
public sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        return new RawConnection(client);
    }

    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    /// <summary>Sends one character at each tick, and never the end, until the server has had enough. Says how long that took.</summary>
    public async Task<(string Answer, TimeSpan Patience)> DribbleAsync(char endless)
    {
        var began = TimeProvider.System.GetTimestamp();
        var answer = ReadToEndAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!answer.IsCompleted && await timer.WaitForNextTickAsync())
        {
            try
            {
                await SendAsync(endless.ToString());
            }
            catch (IOException)
            {
                break;
            }
        }

        return (await answer, TimeProvider.System.GetElapsedTime(began));
    }

    /// <summary>Everything until the server closes; a reset counts as that.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await _stream.ReadAsync(buffer, patience.Token)) > 0;)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
        }

        return text.ToString();
    }

    public void Dispose() => _client.Dispose();
}
