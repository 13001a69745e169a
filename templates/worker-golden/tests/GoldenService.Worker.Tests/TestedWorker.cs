[assembly: GoldenService.Testing.Tests(typeof(GoldenService.Worker.Tests.TestedWorker))]
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.Service))]
#if (postgres)
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.TestServer))] // After the service, which needs it: fixtures are disposed in this order.
[assembly: GoldenService.Testing.SkipWithoutServer]
#endif
#if (rabbitmq)
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Worker.Tests.TestBroker))]
[assembly: GoldenService.Worker.Tests.SkipWithoutBroker]
#endif
[assembly: Xunit.TestCollectionOrderer(typeof(GoldenService.Testing.TestOrder))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 12, Mode = Xunit.Sdk.ParallelMode.All)] // Many of them wait: for a process, a file, a second that passes.

namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;

/// <summary>The worker as the kit tests it: webhooks are signed, and dead letters are there.</summary>
public sealed class TestedWorker : TestedService<AppDbContext>
{
#if (rabbitmq)
    public override string? Missing => TestBroker.IsSkipped ? TestBroker.Reason : null;

#endif
    /// <summary>Workers on one database handle each other's messages.</summary>
    public override bool HasOwnDatabases => true;

    public override IReadOnlyList<string> OpenSettings => ["Webhooks:Sources:"];

    public override IEnumerable<(string Name, string Value)> SettingsWith(string connectionString) =>
    [
        ("RateLimits:PerSource", "1000000"),
        ($"Webhooks:Sources:{Signatures.Source}:Secrets:0", Signatures.Secret),
        ("Messages:PollSeconds", "0.1"),
#if (rabbitmq)
        ("RabbitMq:Queue", TestBroker.QueueOf(connectionString)),
#endif
    ];

    /// <summary>Signs every webhook over the bytes that go out, and gives an id to one that has none.</summary>
    public override async Task CompleteAsync(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        if (request.Method == HttpMethod.Post && (uri.IsAbsoluteUri ? uri.AbsolutePath : uri.OriginalString.Split('?')[0]) == "/v1/webhooks")
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync();
            var id = request.Headers.TryGetValues("webhook-id", out var ids) ? string.Join(", ", ids) : Examples.NewId();
            foreach (var (name, value) in Signatures.Headers(body, id))
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    public override bool IsSignature(string header) => header.StartsWith("webhook-", StringComparison.Ordinal);

    /// <summary>No caller makes dead letters.</summary>
    public override async Task<Dictionary<string, string>> KnownAsync(Service service) => new()
    {
        ["path messageId"] = (await Examples.AddDeadLetterAsync(service)).ToString(),
        ["header webhook-id"] = Examples.NewId(),
    };
}

internal static class WorkerService
{
    extension(Service service)
    {
        public WebhooksClient Webhooks => new(service.Http);

        public DeadLettersClient DeadLetters => new(service.Http);

        /// <summary>Does something with the database through the service's own connections.</summary>
        public Task<T> WithDatabase<T>(Func<AppDbContext, Task<T>> use) => service.WithDatabase(db => use((AppDbContext)db));
    }
}
