using System.ComponentModel;
using System.Text.Json.Nodes;
using Exporter.Checks;
using Exporter.Healing;
using Exporter.Venues;
using Exporter.Web;

namespace Exporter.Configuration;

/// <summary>
/// The whole configuration. Every key that exists is a property below; the schema, <c>config print</c>, the documentation and the
/// detection of unknown keys read the same metadata of these classes (<see cref="OptionsJsonContext"/>).
/// </summary>
public sealed class ExporterOptions
{
    [Description("The bots to watch, at least one. --bot replaces this list; a bot of the same name keeps its other settings.")]
    public List<WatchedBotOptions> Bots { get; set; } = [];

    [Description("Thresholds of the checks, for every bot that has none of its own.")]
    public CheckOptions Checks { get; set; } = new();

    [Description("What holds for every call to an exchange or to CoinGlass.")]
    public VenueOptions Venues { get; set; } = new();

    [Description("Whether, when and how often the exporter may help a bot.")]
    public HealingOptions Healing { get; set; } = new();

    [Description("The HTTP server and who may ask it.")]
    public WebOptions Web { get; set; } = new();

    [Description("Where the exporter keeps its own files.")]
    public StorageOptions Storage { get; set; } = new();

    [Description("The exporter's own log, on standard error.")]
    public LogOptions Log { get; set; } = new();

    [Description("Kestrel's own section, passed on as it is: endpoints with TLS (Endpoints:*:Url, Certificate, ClientCertificateMode, Protocols) and Certificates.")]
    public JsonObject? Kestrel { get; set; }
}
