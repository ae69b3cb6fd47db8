using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Demo.Venues;

/// <summary>A certificate for 127.0.0.1 that signs for itself, so that the exporter's TLS checks meet real handshakes.</summary>
internal static class LoopbackCertificate
{
    public static X509Certificate2 Create(DateTimeOffset now, TimeSpan validFor)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=Simulated exchange", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(now.AddDays(-1), now + validFor);
    }

    /// <summary>Another one for the same address, which whoever trusts the first one trusts too.</summary>
    /// <param name="first">From <see cref="Create"/>.</param>
    /// <param name="validFor">Less than what is left of the first one.</param>
    public static X509Certificate2 Reissue(X509Certificate2 first, DateTimeOffset now, TimeSpan validFor)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=Reissued", key);
        using var issued = request.Create(first, now.AddHours(-1), now + validFor, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
