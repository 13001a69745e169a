namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;

public sealed class HeadersTests(Service service) : HeadersSpecification(service);
