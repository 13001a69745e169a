namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;

public sealed class ManifestTests(Service service) : ManifestSpecification(service);
