namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BoundaryTests(ITestOutputHelper output) : BoundarySpecification(output);
