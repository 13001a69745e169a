namespace GoldenService.Testing;

using System.Threading.Tasks;
using Xunit;

/// <summary>Every response has its trace id and the headers of security, whichever operation it is of and whatever its status.</summary>
public abstract class HeadersSpecification(Service service)
{
    // Fails when a header goes, when headers are set before an error clears them, or RequestTelemetry is not used first.
    [Fact]
    public async Task Every_response_has_its_headers()
    {
        var calls = await ContractCalls.StartAsync(service);
        foreach (var operation in ContractCalls.Operations)
        {
            var example = calls.Example(operation);
            foreach (var request in new[] { example, example with { MoreQuery = "surprise=1" } })
            {
                using var message = request.ToMessage();
                using var response = await service.Http.SendAsync(message);

                Assert.Equal("nosniff", Value("X-Content-Type-Options"));
                Assert.Equal("no-referrer", Value("Referrer-Policy"));
                Assert.Equal("default-src 'none'; frame-ancestors 'none'", Value("Content-Security-Policy"));
                Assert.Contains("no-store", Value("Cache-Control"), System.StringComparison.Ordinal);
                Assert.Matches("^[0-9a-f]{32}$", Value("Trace-Id"));
                Assert.False(response.Headers.Contains("Server"));

                string Value(string name) => Assert.Single(response.Headers.TryGetValues(name, out var values) ? values : []);
            }
        }
    }
}
