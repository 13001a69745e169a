namespace GoldenService.Worker;

/// <summary>What messages wait in, by the names of OpenTelemetry's semantic conventions for messaging.</summary>
/// <param name="System">The product.</param>
/// <param name="Name">The queue or table.</param>
/// <param name="Address">The host of the broker, where there is one.</param>
/// <param name="Port">The port of the broker.</param>
internal sealed record MessageDestination(string System, string Name, string? Address = null, int? Port = null);
