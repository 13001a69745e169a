using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Golden.Templates.Tests;
using GoldenService.Testing;

namespace Golden.Templates.Faults;

/// <summary>What came of one request: its status, or 0 without a response, and how long that took.</summary>
readonly record struct Outcome(int Status, double Seconds);

/// <summary>The published web API of one kind of database, and what its callers see of it.</summary>
static class Api
{
    const string Order = """{"customer":"acme","currency":"EUR","placedAt":"2026-01-15T09:30:00Z","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5},{"sku":"TEA-002","quantity":1,"unitPrice":2.25}]}""";

    static readonly Lazy<string> LazyToken = new(() => Issuer.Shared.Token());

    // One caller sends all there is.
    static readonly (string, string)[] Settings =
    [
        ("RateLimits__PerAddress", "1000000"),
        ("RateLimits__PerSubject", "1000000"),
        ("Shutdown__DrainSeconds", "0"),
        ("Logging__LogLevel__Default", "Warning"),
    ];

    /// <summary>A valid token, signed once: signing is not what is timed.</summary>
    public static string Token => LazyToken.Value;

    /// <summary>A body that is nearly as large as the contract allows.</summary>
    public static string LargeImport { get; } = $$"""{"orders":[{{string.Join(',', Enumerable.Repeat(Order, 1000))}}]}""";

    /// <summary>Publishes the API, once, and gives it this database, which is not migrated.</summary>
    public static async Task<PublishedService> WithAsync(InstalledPack pack, string kind, string connectionString, params (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no signals, and only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var service = await Published.OnceAsync(pack, "Api", "webapi-golden", "Acme.Orders", "--database", kind);
        return service.With([("ConnectionStrings__Database", connectionString), .. Settings, .. settings]);
    }

    /// <summary>Sends a request with a valid token.</summary>
    public static async Task<Outcome> SendAsync(this RunningService api, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await api.Client.SendAsync(request);
            return new((int)response.StatusCode, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(0, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public static Task<Outcome> ImportAsync(this RunningService api) => api.SendAsync(HttpMethod.Post, "v1/orders/import", LargeImport);

    public static Task<Outcome> ListAsync(this RunningService api) => api.SendAsync(HttpMethod.Get, "v1/orders?limit=1");

    public static async Task<Outcome[]> ManyAsync(int count, Func<Task<Outcome>> send) => await Task.WhenAll(Enumerable.Range(0, count).Select(_ => send()));

    /// <summary>Probes the API while something goes on.</summary>
    /// <returns>The probes, one after the other.</returns>
    public static async Task<List<Outcome>> ProbeWhileAsync(this RunningService api, string path, Task something)
    {
        var probes = new List<Outcome>();
        do
        {
            probes.Add(await api.SendAsync(HttpMethod.Get, path));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        while (!something.IsCompleted);

        return probes;
    }

    /// <summary>Waits until the readiness of the API has a status.</summary>
    public static Task ReadinessBecomesAsync(this RunningService api, int status) =>
        Wait.Until(async () => (await api.SendAsync(HttpMethod.Get, RunningService.Ready)).Status == status, seconds: 10, $"/{RunningService.Ready} does not become {status}.");

    /// <summary>How many there were of each status, and the slowest.</summary>
    public static string Describe(this IReadOnlyCollection<Outcome> outcomes) =>
        $"{string.Join(", ", outcomes.CountBy(outcome => outcome.Status).OrderBy(status => status.Key).Select(status => $"{status.Value} × {(status.Key == 0 ? "no response" : status.Key)}"))}, at most {outcomes.Max(outcome => outcome.Seconds):0.0} s";
}
