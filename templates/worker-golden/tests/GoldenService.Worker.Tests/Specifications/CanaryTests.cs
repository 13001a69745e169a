namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "logs")]
[Collection(TestOrder.Waiting)]
public sealed class CanaryTests(Service service) : CanarySpecification(service);
