namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class RoleTests(Service service) : RoleSpecification(service);
