namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>A value that looks like a secret is put wherever a caller can put one, in every operation, and searched for in everything that the service sends and logs.</summary>
public abstract class CanarySpecification(Service service)
{
    [Fact] // Fails when the request's line or span tells the query, EnableSensitiveDataLogging() is on, or a parameter's value is in the statement.
    public async Task What_callers_send_is_in_no_output()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var process = ServiceProcess.Start(service, [], [.. receiver.Settings(Canary.Value), .. Canary.AllIsLogged, ("ASPNETCORE_ENVIRONMENT", "Development")]);
        using var http = await process.ConnectAsync();
#if (jwt)
        var token = Issuer.Shared.Token($"{Canary.Value}-subject");
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
#endif
        http.DefaultRequestHeaders.Add("baggage", $"user={Canary.Value}-baggage");
        http.DefaultRequestHeaders.Add("Cookie", $"session={Canary.Value}-cookie");

        var problems = new StringBuilder();
        foreach (var operation in ContractDocument.Current.Operations)
        {
            foreach (var request in Saying(operation))
            {
                using var message = request.ToMessage();
                await SendAsync(http, message);
            }
        }

        using var other = new HttpRequestMessage(new HttpMethod("CANARY-7F3A9C"), ContractDocument.Current.Operations[0].Path);
        await SendAsync(http, other);
        using var nowhere = new HttpRequestMessage(HttpMethod.Get, $"/v1/nothing?token={Canary.Value}-query");
        await SendAsync(http, nowhere);
#if (jwt)
        http.DefaultRequestHeaders.Authorization = new("Bearer", $"{Canary.Value}-token");
        using var refused = ContractRequest.Example(ContractDocument.Current, ContractDocument.Current.Operations[0]).ToMessage();
        await SendAsync(http, refused);
#endif
        process.Terminate();
        Assert.Equal((0, ""), await process.ExitAsync());

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], receiver.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All(ContractDocument.Current.Operations, operation => Assert.Contains(operation.Path, process.Output, StringComparison.Ordinal));
        Assert.Contains("\"errors\"", problems.ToString(), StringComparison.Ordinal);
        Canary.AssertAbsent(process.Output);
        Canary.AssertAbsent(problems.ToString());
        Assert.All(receiver.Received, message => Canary.AssertAbsent(message.Text));
#if (jwt)
        Assert.DoesNotContain(token.Split('.')[2], string.Concat([process.Output, .. receiver.Received.Select(message => message.Text)]), StringComparison.Ordinal);
#endif
        Assert.All(receiver.Received, message => Assert.Contains($"{Canary.Value}-header", message.Headers, StringComparison.Ordinal));

        async Task SendAsync(HttpClient sender, HttpRequestMessage message)
        {
            using var response = await sender.SendAsync(message);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode < 500, $"{message.Method} {message.RequestUri} was answered {(int)response.StatusCode} {text}");
            problems.Append(response.IsSuccessStatusCode ? "" : text);
        }
    }

    /// <summary>Requests to an operation that say the word in each place where a caller can say something.</summary>
    private static IEnumerable<ContractRequest> Saying(ContractOperation operation)
    {
        var example = ContractRequest.Example(ContractDocument.Current, operation);
        yield return example with { MoreQuery = $"surprise={Canary.Value}-query" };

        // Not the path: problem documents have it, and spans as url.path.
        foreach (var parameter in operation.Parameters.Where(parameter => (string?)parameter["in"] != "path"))
        {
            yield return example with { Parameters = example.Parameters.SetItem($"{parameter["in"]} {parameter["name"]}", $"{Canary.Value}-parameter") };
        }

        if (example is { Json: { } json, Media: { } media })
        {
            if (media.IsJson)
            {
                yield return example with { Json = $"{{\"{Canary.Value}" };
            }

            yield return example with { Json = Replaced(JsonNode.Parse(json), _ => true)?.ToJsonString() ?? "null" };

            // And where only what may be any text says it, the request is carried out.
            yield return example with { Json = Replaced(JsonNode.Parse(json), text => text.Contains(' ', StringComparison.Ordinal) || text.All(char.IsAsciiLetterLower))?.ToJsonString() ?? "null" };
        }
    }

    private static JsonNode? Replaced(JsonNode? node, Func<string, bool> isText) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Replaced(member.Value, isText)))),
        JsonArray items => new JsonArray([.. items.Select(item => Replaced(item, isText))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && isText(value.GetValue<string>()) => $"{Canary.Value}-text",
        _ => node?.DeepClone(),
    };
}
