namespace GoldenService.Testing;

using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>A certificate for 127.0.0.1 that signs itself, in a file with a password.</summary>
public sealed class TestCertificate : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("certificate-").FullName;

    public TestCertificate()
    {
        using var certificate = Create();
        Hash = certificate.GetCertHashString();
        File = Path.Combine(folder, "service.pfx");
        System.IO.File.WriteAllBytes(File, certificate.Export(X509ContentType.Pfx, Password));
    }

    public string File { get; }

    public string Hash { get; }

    public string Password { get; } = Guid.NewGuid().ToString();

    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        // Windows cannot serve with a key that only memory has.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
