namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class ComposeTests(Service service) : ComposeSpecification(service);
