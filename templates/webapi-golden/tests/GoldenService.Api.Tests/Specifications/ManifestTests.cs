namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class ManifestTests(Service service) : ManifestSpecification(service);
