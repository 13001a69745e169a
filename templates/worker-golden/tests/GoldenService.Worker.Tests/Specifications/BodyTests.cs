namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BodyTests(Service service) : BodySpecification(service);
