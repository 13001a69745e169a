namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class OwnershipTests(Service service) : OwnershipSpecification(service);
