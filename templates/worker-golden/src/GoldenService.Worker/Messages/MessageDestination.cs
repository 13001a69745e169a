namespace GoldenService.Worker;

/// <summary>What messages wait in, by the names of OpenTelemetry's semantic conventions for messaging.</summary>
/// <param name="System">The product.</param>
/// <param name="Name">The queue or table.</param>
internal sealed record MessageDestination(string System, string Name);
