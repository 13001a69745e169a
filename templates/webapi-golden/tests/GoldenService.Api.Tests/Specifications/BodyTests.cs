namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
[Collection(TestOrder.Waiting)]
public sealed class BodyTests(Service service) : BodySpecification(service);
