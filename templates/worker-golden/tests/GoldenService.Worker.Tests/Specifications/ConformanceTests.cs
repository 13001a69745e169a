namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "contract")]
public sealed class ConformanceTests(Service service) : ConformanceSpecification(service);
