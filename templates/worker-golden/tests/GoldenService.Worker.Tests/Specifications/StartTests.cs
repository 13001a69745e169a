namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;

public sealed class StartTests(Service service) : StartSpecification(service);
