namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class AlertTests() : AlertSpecification("service.yml");
