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
        var request = new CertificateRequest("CN=Simulated exchange", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(now.AddDays(-1), now + validFor);
    }
}
