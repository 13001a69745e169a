namespace GoldenService.Tests;

using System;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

public sealed class ExportTests(Service service)
{
    [Theory] // Fails when Telemetry exports without an endpoint, or gives a signal that has none something to send.
    [InlineData("")]
    [InlineData("", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_SDK_DISABLED=true")]
    [InlineData("/v1/logs /v1/metrics /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=/here")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/here")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=/here")]
    [InlineData("/l /m", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/m", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=/l")]
    [InlineData("/m /v1/logs /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/m")]
    public async Task Only_what_has_an_endpoint_is_sent_and_only_there(string expected, params string[] variables)
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();

        // As the proxy of the process it also sees what is sent elsewhere.
        await RunAsync(
            [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("http_proxy", receiver.Url), .. variables.Select(variable => variable.Split('=')).Select(pair => (pair[0], pair[1].Replace("/", $"{receiver.Url}/", StringComparison.Ordinal)))]);

        Assert.Equal(expected, string.Join(' ', receiver.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal)));
        Assert.All(receiver.Received, message => Assert.Contains($"Host: {new Uri(receiver.Url).Authority}", message.Headers, StringComparison.Ordinal));
    }

    [Theory] // Fails when the resource has no service, or the variables do not come after it.
    [InlineData("GoldenService.Api")]
    [InlineData("shop", "OTEL_SERVICE_NAME", "shop")]
    [InlineData("kiosk", "OTEL_RESOURCE_ATTRIBUTES", "service.name=kiosk")]
    public async Task Everything_is_sent_under_the_name_of_the_service(string expected, string name = "OTEL_SERVICE_NAME", string value = "")
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();

        await RunAsync([("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url), (name, value)]);

        // Tag and length of protobuf are between a name and its value.
        Assert.Equal(3, receiver.Received.Select(message => message.Path).Distinct().Count());
        Assert.All(receiver.Received, message => Assert.Matches($@"(?s)service\.name\x12.\n.{Regex.Escape(expected)}\n", message.Text));
        Assert.All(receiver.Received, message => Assert.Contains("service.version", message.Text, StringComparison.Ordinal));
    }

    private async Task RunAsync((string Name, string Value)[] settings)
    {
        await using var process = ServiceProcess.Start(service, [], [.. settings, ("ASPNETCORE_ENVIRONMENT", "Development")]);
        using var http = await process.ConnectAsync();
        await http.GetStringAsync(new Uri("/v1/orders", UriKind.Relative));
        process.Terminate();
        Assert.Equal((0, ""), await process.ExitAsync());
    }
}
