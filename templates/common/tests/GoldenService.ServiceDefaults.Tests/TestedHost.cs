[assembly: GoldenService.Testing.Tests(typeof(GoldenService.ServiceDefaults.Tests.TestedHost))]
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.Service))]
#if (postgres)
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.TestServer))] // After the service, which needs it: fixtures are disposed in this order.
[assembly: GoldenService.Testing.SkipWithoutServer]
#endif
[assembly: Xunit.TestCollectionOrderer(typeof(GoldenService.Testing.TestOrder))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 12, Mode = Xunit.Sdk.ParallelMode.All)] // Many of them wait: for a process, a file, a second that passes.

namespace GoldenService.ServiceDefaults.Tests;

using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.Testing;

/// <summary>The platform is tested by a host of its own: no change of the service reaches these tests.</summary>
public sealed class TestedHost : TestedService<AppDbContext>;
