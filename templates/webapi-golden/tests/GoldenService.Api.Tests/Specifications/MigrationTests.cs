namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class MigrationTests(Service service) : MigrationSpecification(service);
