namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "token-rotation")]
public sealed class AccessTests(Service service) : AccessSpecification(service);
