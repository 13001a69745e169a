namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>What of a caller's trace and baggage reaches the services that are called. One at a time: HttpClient's propagator is the process's.</summary>
[CollectionDefinition(nameof(PropagationTests), DisableParallelization = true)]
[Collection(nameof(PropagationTests))]
public sealed class PropagationTests(Service service)
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Theory] // Fails when OTEL_PROPAGATORS is not read, or baggage of strangers is handed on without it.
    [InlineData("", "traceparent")]
    [InlineData("tracecontext", "traceparent")]
    [InlineData("tracecontext,baggage", "baggage traceparent")]
    [InlineData("none", "")]
    public async Task What_is_handed_on_is_set_by_OTEL_PROPAGATORS(string propagators, string expected)
    {
        var before = DistributedContextPropagator.Current;
        try
        {
            var sent = "";
            await using var calling = await StubOperations.StartServiceAsync(
                async cancellationToken =>
                {
                    using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = DistributedContextPropagator.Current });
                    using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Http.BaseAddress!, "/openapi.yaml"));
                    using var response = await http.SendAsync(request, cancellationToken);
                    sent = string.Join(' ', request.Headers.Select(header => header.Key).Where(name => name is "traceparent" or "baggage").Order(StringComparer.Ordinal));
                },
                new() { ["OTEL_PROPAGATORS"] = propagators });

            var answer = await calling.Send(Examples.Good, ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"), ("baggage", "user=stranger"));

            Assert.Equal(expected, sent);
            Assert.Equal(propagators != "none", answer.Headers.GetValues("Trace-Id").Single() == TraceId);
        }
        finally
        {
            DistributedContextPropagator.Current = before;
        }
    }
}
