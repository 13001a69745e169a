namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[CollectionDefinition(nameof(IndexAuditTests), DisableParallelization = true)]
[Collection(nameof(IndexAuditTests))]
[Trait("Checklist", "indexes")]
public sealed class IndexAuditTests(Service service, ITestOutputHelper output) : IndexAuditSpecification(service, output);
