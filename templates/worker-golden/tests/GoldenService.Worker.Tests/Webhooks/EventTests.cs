namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Generated;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>What a sender owns is read tolerantly.</summary>
[Trait("Checklist", "work")]
public sealed class EventTests(Service service)
{
    [Fact] // Fails when an event of another type is rejected or stored, or when its type is in a tag or a log line.
    public async Task An_event_of_a_type_that_nothing_handles_is_accepted_and_counted()
    {
        const string type = "something.else";
        await using var alone = await Service.StartAsync();
        using var measurements = new Measurements(alone);
        var other = Encoding.UTF8.GetBytes($$"""{"data":[{"any":1}],"type":"{{type}}"}""");

        Assert.Equal(204, (await alone.Send("POST", "/v1/webhooks", other)).Status);
        Assert.Equal(204, (await alone.Send("POST", "/v1/webhooks", other)).Status);
        Assert.Equal(202, (await alone.Send("POST", "/v1/webhooks", Encoding.UTF8.GetBytes(Examples.WebhookJson))).Status);

        Assert.Equal(1, await alone.WithDatabase(db => db.Messages.CountAsync()));
        Assert.Equal(["message.type=unknown source=shop", "message.type=unknown source=shop"], measurements.All.Where(measured => measured.Name == "messages.ignored").Select(measured => measured.Tags));
        Assert.Equal(LogLevel.Information, Assert.Single(alone.Log.All, line => line.Message.StartsWith("The source shop sends events of types", StringComparison.Ordinal)).Level);
        Assert.DoesNotContain(alone.Log.All, line => line.Message.Contains(type, StringComparison.Ordinal));
    }

    [Theory] // Fails when the type of an event is taken from what is not one event.
    [InlineData("""{"type":"other"}}""", 400)]
    [InlineData("""{"type":"other","type":"other"}""", 400)]
    [InlineData("""{"type":"other","data":"\ud800"}""", 204)]
    [InlineData("""{"type":"\ud800"}""", 400)]
    [InlineData("""{"type":null}""", 400)]
    [InlineData("""{"data":{"type":"other"}}""", 400)]
    [InlineData("""["type","other"]""", 400)]
    public async Task Only_an_object_with_one_type_is_an_event(string json, int status) =>
        Assert.Equal(status, (await service.Send("POST", "/v1/webhooks", Encoding.UTF8.GetBytes(json))).Status);

    [Fact] // Fails when an event is rejected or not handled because its sender has added members to it, or because it begins with a byte order mark.
    public async Task Members_that_the_contract_does_not_have_are_ignored()
    {
        var json = Examples.WebhookJson.Replace("{", """{"added":{"type":"other"},""", StringComparison.Ordinal);
        await using var alone = await Service.StartAsync();

        Assert.Equal(202, (await alone.Send("POST", "/v1/webhooks", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(json)])).Status);

        await Wait.Until(async () => await alone.EffectsAsync() == 1, 10, "The event is not handled.");
    }

    [Fact] // Fails when a service starts that accepts events which it cannot handle.
    public async Task A_type_of_the_contract_without_a_handler_ends_the_start_with_a_sentence()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var incomplete = builder.Build();
        incomplete.MapContract();
        var types = ((IEndpointRouteBuilder)incomplete).DataSources.SelectMany(source => source.Endpoints).SelectMany(endpoint => endpoint.Metadata.GetMetadata<OperationEvents>()?.Types ?? []).ToList();
        builder = WebApplication.CreateSlimBuilder();
        types.ForEach(builder.Services.AddMessageHandler<StubHandler>);
        await using var complete = builder.Build();
        complete.MapContract();

        var failure = Assert.Throws<SettingException>(incomplete.CheckMessageHandlers);

        Assert.Equal($"The contract has the event type '{types[0]}', and nothing handles it: register its handler with services.AddMessageHandler, or remove the type from openapi.yaml.", failure.Message);
        complete.CheckMessageHandlers();
        Assert.Contains(Examples.Type, types);
    }
}
