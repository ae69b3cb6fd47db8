using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Exporter.Web;

/// <summary>The HTTP server and who may ask it.</summary>
public sealed class WebOptions : IValidatableObject
{
    public const string DefaultListenAddress = "127.0.0.1:10042";

    [Description("Addresses to listen on, HOST:PORT or :PORT (every address). Default: 127.0.0.1:10042. Port 0 takes a free one.")]
    public List<string> ListenAddresses { get; set; } = [];

    [Description("Files with bearer tokens, one a line, lines beginning with # ignored. Several tokens allow rotation; a changed file is read again.")]
    public List<string> TokenFiles { get; set; } = [];

    [Description("Host names, beside localhost, 127.0.0.1 and [::1], under which a local request may ask.")]
    public List<string> AllowedHosts { get; set; } = [];

    [Description("Whether /metrics needs the token too; without a token of the owner's it is then for local requests only.")]
    public bool ProtectMetrics { get; set; }

    [Description("The address under which people reach the exporter, such as http://bothost:10042/. Escalations carry it as their link.")]
    public string? ExternalUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ExternalUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0))
            yield return new("is no absolute http or https address without user and password; write one such as http://bothost:10042/.", [nameof(ExternalUrl)]);
    }
}
