namespace GoldenService.Worker.Tests;

using global::GoldenService.Testing;

public sealed class DashboardTests : DashboardSpecification;
