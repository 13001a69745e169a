namespace GoldenService.Api.Tests;

using global::GoldenService.Testing;

#if (outbox)
public sealed class AlertTests() : AlertSpecification("service.yml", "outbox.yml");
#else
public sealed class AlertTests() : AlertSpecification("service.yml");
#endif
