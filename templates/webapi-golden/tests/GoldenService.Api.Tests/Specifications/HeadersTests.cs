namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class HeadersTests(Service service) : HeadersSpecification(service);
