using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Venues;

/// <summary>Checks a server's certificate by the system's authorities and the owner's extra ones. It never lets an error pass.</summary>
internal sealed class CertificateTrust
{
    private readonly X509Certificate2Collection _extra = [];

    /// <exception cref="VenueOptionsException">The file cannot be read, or holds no certificate.</exception>
    public CertificateTrust(VenueOptions options)
    {
        if (options.ExtraCaFile is not { Length: > 0 } file)
            return;
        try
        {
            _extra.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new VenueOptionsException($"Venues:ExtraCaFile {file} cannot be read: {e.Message} Name a PEM file with certificates, or take the option away.");
        }

        if (_extra.Count == 0)
            throw new VenueOptionsException($"Venues:ExtraCaFile {file} holds no certificate. Name a PEM file with certificates, or take the option away.");
    }

    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors is SslPolicyErrors.None
        || (errors is SslPolicyErrors.RemoteCertificateChainErrors && _extra.Count > 0 && certificate is X509Certificate2 leaf && ChainsToExtra(leaf, chain));

    /// <summary>Says in words what is wrong with a certificate that was not accepted.</summary>
    public static string Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "no certificate was shown";
        if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
            return $"the certificate expired on {certificate.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}";
        if (certificate.NotBefore.ToUniversalTime() > now.UtcDateTime)
            return $"the certificate is valid only from {certificate.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return "the certificate is made out to another name";
        return $"the certificate is not trusted ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status.ToString()) ?? [])})";
    }

    private bool ChainsToExtra(X509Certificate2 leaf, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_extra);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1")); // server authentication
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }
}

/// <summary>An option of <see cref="VenueOptions"/> cannot be used; the message is a sentence for the owner.</summary>
public sealed class VenueOptionsException(string message) : Exception(message);
