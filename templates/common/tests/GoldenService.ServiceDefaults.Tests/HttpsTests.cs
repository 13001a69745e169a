namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>An https address needs a certificate; the start specification has one that is not there.</summary>
public sealed class HttpsTests(Service service) : IDisposable
{
    private const string DeveloperCertificate = "1.3.6.1.4.1.311.84.1.1";
    private const string CertificatePath = "Kestrel:Certificates:Default:Path";
    private const string CertificatePassword = "Kestrel:Certificates:Default:Password";

    private readonly TestCertificate certificate = new();

    public void Dispose() => certificate.Dispose();

    [Fact]
    public async Task Without_a_certificate_the_start_ends_with_a_sentence()
    {
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadOnly);
        Assert.SkipWhen(store.Certificates.Find(X509FindType.FindByExtension, DeveloperCertificate, validOnly: false).Count > 0, "Kestrel takes the developer certificate of this machine.");

        Assert.Equal(
            "The service has no certificate for HTTPS: set Kestrel:Certificates:Default:Path and Kestrel:Certificates:Default:Password, or an http address by ASPNETCORE_URLS or --urls.",
            await StartAsync());
    }

    [Fact] // In a process of its own: in this one, the host of the tests adds HTTPS.
    public async Task With_a_certificate_it_serves_HTTPS()
    {
        await using var process = ServiceProcess.Start(service, [], ("ASPNETCORE_URLS", "https://127.0.0.1:0"), ("Kestrel__Certificates__Default__Path", certificate.File), ("Kestrel__Certificates__Default__Password", certificate.Password));
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.Hash } };
        using var http = new HttpClient(handler) { BaseAddress = await process.AddressAsync() };

        using var live = await http.GetAsync(new Uri("health/live", UriKind.Relative));
        Assert.Equal((Uri.UriSchemeHttps, true), (http.BaseAddress.Scheme, live.IsSuccessStatusCode));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task A_wrong_password_of_the_certificate_ends_the_start_with_a_sentence(string password) => Assert.StartsWith(
        "The certificate for HTTPS cannot be used: ",
        await StartAsync((CertificatePath, certificate.File), (CertificatePassword, password)),
        StringComparison.Ordinal);

    [Fact] // A file in PEM may have no key.
    public async Task A_certificate_without_a_key_ends_the_start_with_a_sentence()
    {
        using var other = TestCertificate.Create();
        foreach (var text in new[] { other.ExportCertificatePem(), "not a certificate" })
        {
            await File.WriteAllTextAsync(certificate.File, text);

            Assert.StartsWith("The certificate for HTTPS cannot be used: ", await StartAsync((CertificatePath, certificate.File)), StringComparison.Ordinal);
        }
    }

    private async Task<string> StartAsync(params (string Name, string Value)[] settings)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, [("urls", "https://127.0.0.1:0"), .. settings]);

        Assert.Equal(1, code);
        return Assert.Single(errors.TrimEnd().Split('\n'));
    }
}
