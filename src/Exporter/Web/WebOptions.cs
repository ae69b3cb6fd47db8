using System.ComponentModel;

namespace Exporter.Web;

/// <summary>The HTTP server and who may ask it.</summary>
public sealed class WebOptions
{
    public const string DefaultListenAddress = "127.0.0.1:10042";

    [Description("Addresses to listen on, HOST:PORT or :PORT (every address). Default: 127.0.0.1:10042. Port 0 takes a free one.")]
    public List<string> ListenAddresses { get; set; } = [];

    [Description("Files with bearer tokens, one a line, lines beginning with # ignored. Several tokens allow rotation; a changed file is read again.")]
    public List<string> TokenFiles { get; set; } = [];

    [Description("Host names, beside localhost, 127.0.0.1 and [::1], under which a local request may ask.")]
    public List<string> AllowedHosts { get; set; } = [];

    [Description("Whether /metrics needs the token too, unless the request is local.")]
    public bool ProtectMetrics { get; set; }
}
