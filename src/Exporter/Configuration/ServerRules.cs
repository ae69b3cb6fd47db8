using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Exporter.Platform;
using Exporter.Venues;
using Exporter.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Configuration;

/// <summary>What must hold before a server obeys a configuration: nobody else can change it, and nobody unknown can reach it.</summary>
internal static class ServerRules
{
    public static ImmutableArray<ConfigurationError> Broken(ExporterOptions options, string? configFile)
    {
        var errors = ImmutableArray.CreateBuilder<ConfigurationError>();
        if (configFile is not null && TrustedFile.Read(configFile, int.MaxValue - 1).Problem is { } complaint)
        {
            errors.Add(new("", $"{configFile} {complaint}"));
        }

        try
        {
            _ = new CertificateTrust(options.Venues);
        }
        catch (VenueOptionsException e)
        {
            errors.Add(new("Venues:ExtraCaFile", e.Message));
        }

        errors.AddRange(BearerTokens.Load(options.Web.TokenFiles, NullLogger.Instance).Problems
            .Select(problem => new ConfigurationError("Web:TokenFiles", $"{problem.File} {problem.Sentence}.")));
        if (options.Web.TokenFiles.Count == 0)
        {
            errors.AddRange(BeyondLoopback(options).Select(place => new ConfigurationError(
                place.Key,
                $"{place.Address} listens beyond loopback, and no token guards it. Listen on {WebOptions.DefaultListenAddress}, or name a file with a token: --web.token-file FILE.")));
        }

        return errors.ToImmutable();
    }

    private static IEnumerable<(string Key, string Address)> BeyondLoopback(ExporterOptions options)
    {
        foreach (var address in options.Web.ListenAddresses)
        {
            if (ListenAddress.Parse(address) is { IsLoopback: false })
            {
                yield return ("Web:ListenAddresses", address);
            }
        }

        if (options.Kestrel?["Endpoints"] is not JsonObject endpoints)
        {
            yield break;
        }

        foreach (var (name, endpoint) in endpoints)
        {
            // What cannot be understood counts as open to everybody.
            var url = endpoint is JsonObject section && section["Url"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
            if (!(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback))
            {
                yield return ($"Kestrel:Endpoints:{name}", url);
            }
        }
    }
}
