namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
public sealed class StatementTests : StatementSpecification;
