namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;

public sealed class AlertTests() : AlertSpecification("service.yml", "worker.yml");
