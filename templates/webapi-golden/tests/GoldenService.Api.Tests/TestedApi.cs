[assembly: GoldenService.Testing.Tests(typeof(GoldenService.Api.Tests.TestedApi))]
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.Service))]
#if (postgres)
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.TestServer))] // After the service, which needs it: fixtures are disposed in this order.
[assembly: GoldenService.Testing.SkipWithoutServer]
#endif
[assembly: Xunit.TestCollectionOrderer(typeof(GoldenService.Testing.TestOrder))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 12, Mode = Xunit.Sdk.ParallelMode.All)] // Many of them wait: for a process, a file, a second that passes.

namespace GoldenService.Api.Tests;

using System;
#if (outbox)
using System.Collections.Generic;
#endif
using System.Threading.Tasks;
using global::GoldenService.Testing;

/// <summary>The API as the kit tests it: all else it learns from the contract.</summary>
#if (outbox)
public sealed class TestedApi : TestedService<AppDbContext>
{
    /// <summary>Webhooks are delivered by the services of the tests that are about that, and by no others.</summary>
    public override IEnumerable<(string Name, string Value)> SettingsWith(string connectionString) =>
        [("Worker:BaseAddress", "http://127.0.0.1:1"), ("Worker:Secrets:0", WebhookReceiver.NewSecret()), ("Outbox:Concurrency", "0")];
}
#else
public sealed class TestedApi : TestedService<AppDbContext>;
#endif

internal static class ApiService
{
    extension(Service service)
    {
        /// <summary>Does something with the database through the service's own connections.</summary>
        public Task<T> WithDatabase<T>(Func<AppDbContext, Task<T>> use) => service.WithDatabase(db => use((AppDbContext)db));
    }
}
