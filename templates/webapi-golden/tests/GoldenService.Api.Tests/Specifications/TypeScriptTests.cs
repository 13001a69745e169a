namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

public sealed class TypeScriptTests : TypeScriptSpecification;
