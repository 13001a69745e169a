using GoldenService.Testing;

namespace Golden.Templates.Bench;

/// <summary>A generated service with all that it needs around it: an issuer of tokens, and someone who takes its telemetry.</summary>
sealed class GoldenApi(Workspace workspace) : IAsyncDisposable
{
    private readonly Issuer issuer = new();

    public Collector Collector { get; } = new();

    /// <summary>A token; one with an id is no other's.</summary>
    public string Token(int? id = null) => issuer.Token(change: descriptor =>
    {
        if (id is not null)
        {
            descriptor.Claims["jti"] = $"{id}";
        }
    });

    public void Migrate(string assembly, BenchDatabase database) => Commands.Run(RunningService.StartInfo(assembly, Settings(database), "migrate"));

    /// <summary>Everything on, and limits that no load reaches.</summary>
    public Dictionary<string, string> Settings(BenchDatabase database, bool isAuthenticated = true)
    {
        var settings = new Dictionary<string, string>(database.Settings)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["RateLimits__PerAddress"] = "1000000",
            ["RateLimits__WindowSeconds"] = "1",
            ["Shutdown__DrainSeconds"] = "0",
        };
        if (isAuthenticated)
        {
            var certificate = workspace.Path("issuer-of-bench.pem");
            File.WriteAllText(certificate, Issuer.CertificatePem);
            settings["SSL_CERT_FILE"] = certificate;
            settings["Authentication__Schemes__Bearer__Authority"] = issuer.Address;
            settings["Authentication__Schemes__Bearer__ValidAudiences__0"] = Issuer.Audience;
            settings["RateLimits__PerSubject"] = "1000000";
        }

        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        await Collector.DisposeAsync();
        await issuer.DisposeAsync();
    }
}
