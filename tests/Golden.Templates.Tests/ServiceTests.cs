using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>The published service, probed from outside over a real socket.</summary>
public sealed partial class ServiceTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Order = """{"customer":"acme","currency":"EUR","lines":[{"sku":"TEA-1","quantity":2,"unitPrice":4.5}]}""";

    [Fact]
    public async Task AnswersAndStopsWhenAsked()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders");
        var published = await PublishedService.PublishAsync(solution);
        (await published.RunAsync("migrate")).ShouldSucceed();
        Assert.Contains("artifacts/publish/Api/app.db", solution.Files());
        await RefusesAsync(published, "Authentication__Schemes__Bearer__Authority", "http://issuer.example", "Bearer:Authority must be the https address");
        await RefusesAsync(published, "Limits__MaxBodyBytes", "much", "Limits:MaxBodyBytes");
        await RefusesAsync(published, "Limits__MaxBodyByte", "1", "Limits:MaxBodyByte");
        await RefusesAsync(published, "ConnectionStrings__Database", "Data Source=no/such/folder/app.db", "ConnectionStrings:Database");

        var command = PackClient().Match(await solution.ReadAsync("README.md")).Value.Split(' ');
        (await CommandLine.DotnetAsync(solution.Folder, command[1..])).ShouldSucceed();
        Assert.Single(Directory.GetFiles(Path.Combine(solution.Folder, command[2]), "Acme.Orders.Api.Client.*.nupkg", SearchOption.AllDirectories));

        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux takes the certificate of the tests' issuer of tokens from a file; everything before this line ran.");
        await using var service = await published.StartAsync();
        await RefusesAsync(published, "ASPNETCORE_URLS", service.Client.BaseAddress!.ToString(), service.Client.BaseAddress.Authority);
        var http = service.Client;
        await FailsAsync(http, HttpMethod.Get, "v1/orders", HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", Issuer.Shared.Token(scope: "orders:read"));
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.Forbidden, Order);
        http.DefaultRequestHeaders.Authorization = new("Bearer", Issuer.Shared.Token());

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Get, "health/live")).Status);
        (await published.RunWithAsync(["--health"], "ASPNETCORE_URLS", http.BaseAddress!.ToString())).ShouldSucceed();
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(solution.Folder, "src/Acme.Orders.Api/Generated/openapi.yaml"), TestContext.Current.CancellationToken), await http.GetStringAsync("openapi.yaml", TestContext.Current.CancellationToken));

        var created = await SendAsync(http, HttpMethod.Post, "v1/orders", Order, key: "0123456789");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("\"1\"", created.Headers.ETag?.Tag);
        Assert.Equal(created.Body.ToString(), (await SendAsync(http, HttpMethod.Post, "v1/orders", Order, key: "0123456789")).Body.ToString());
        var read = await SendAsync(http, HttpMethod.Get, created.Headers.Location!.ToString().TrimStart('/'));
        Assert.Equal(created.Body.ToString(), read.Body.ToString());

        await CallAsTheReadmeSaysAsync(solution, http.BaseAddress);
        var listed = await SendAsync(http, HttpMethod.Get, "v1/orders?customer=globex");
        Assert.Equal("GBP", Assert.Single(listed.Body.GetProperty("orders").EnumerateArray()).GetProperty("currency").GetString());

        // The service is in Production: its documentation page is closed.
        await FailsAsync(http, HttpMethod.Get, "docs/index.html", HttpStatusCode.NotFound);
        await FailsAsync(http, HttpMethod.Get, "v1/no-such-thing", HttpStatusCode.NotFound);
        await FailsAsync(http, HttpMethod.Delete, "v1/orders", HttpStatusCode.MethodNotAllowed);
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.UnsupportedMediaType, Order, type: "text/plain");
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.RequestEntityTooLarge, new string(' ', 2_000_000));
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.Conflict, Order.Replace("acme", "globex", StringComparison.Ordinal), key: "0123456789");
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.BadRequest, Order.Replace("2,", "2e9,", StringComparison.Ordinal), field: "lines[0].quantity");
        await FailsAsync(http, HttpMethod.Post, "v1/orders", HttpStatusCode.BadRequest, """{"customer":"acme"}""", field: "lines");
        await FailsAsync(http, HttpMethod.Get, "v1/orders?limit=1,5", HttpStatusCode.BadRequest, field: "limit");

        Assert.Equal(0, await service.StopAsync());
        Assert.DoesNotContain("Exception", service.Output, StringComparison.Ordinal);
    }

    /// <summary>The README's calls in C#, as a program of the reader's: an order is placed, then changed.</summary>
    static async Task CallAsTheReadmeSaysAsync(GeneratedSolution solution, Uri address)
    {
        var calls = Calls().Match(await solution.ReadAsync("README.md")).Value;
        await solution.WriteAsync("calls.cs", $$"""
            #:project src/Acme.Orders.Api.Client/Acme.Orders.Api.Client.csproj
            #:property PublishAot=false
            #:property ImplicitUsings=enable
            using static Reader;
            {{LocalAddress().Replace(calls, address.ToString())}}
            static class Reader
            {
                public const string token = "{{Issuer.Shared.Token()}}";
                public static readonly OrderDraft draft = new() { Customer = "globex", Currency = Currency.EUR, Lines = [new() { Sku = "TEA-1", Quantity = 2, UnitPrice = 4.5m }] };
                public static readonly OrderDraft changed = draft with { Currency = Currency.GBP };
            }
            """);
        (await CommandLine.DotnetAsync(solution.Folder, "run", "calls.cs")).ShouldSucceed();
    }

    /// <summary>A setting with which the service cannot run ends it with one sentence.</summary>
    static async Task RefusesAsync(PublishedService published, string name, string value, string named)
    {
        var run = await published.RunWithAsync([], name, value);
        run.ShouldExitWith(1);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains(named, run.Output, StringComparison.Ordinal);
    }

    static async Task FailsAsync(HttpClient http, HttpMethod method, string path, HttpStatusCode status, string? json = null, string type = "application/json", string key = "abcdefgh", string? field = null)
    {
        var answer = await SendAsync(http, method, path, json, type, key);
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Equal((int)status, answer.Body.GetProperty("status").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", answer.Body.GetProperty("traceId").GetString());
        if (field is not null)
        {
            Assert.NotEmpty(answer.Body.GetProperty("errors").GetProperty(field).EnumerateArray());
        }
    }

    static async Task<(HttpStatusCode Status, string? Type, HttpResponseHeaders Headers, JsonElement Body)> SendAsync(
        HttpClient http, HttpMethod method, string path, string? json = null, string type = "application/json", string key = "abcdefgh")
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Headers.Add("Idempotency-Key", key);

            // The service closes the connection at a body that is too large, which may break the sending of it.
            request.Headers.ExpectContinue = json.Length > 1_000_000;
            request.Content = new StringContent(json, Encoding.UTF8, type);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var body = mediaType?.EndsWith("json", StringComparison.Ordinal) is true ? await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken) : default;
        return (response.StatusCode, mediaType, response.Headers, body);
    }

    [GeneratedRegex("(?<=^```csharp\\n).*?(?=^```$)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Calls();

    [GeneratedRegex(@"http://localhost:\d+")]
    private static partial Regex LocalAddress();

    [GeneratedRegex("(?<=`)dotnet pack [^`]+")]
    private static partial Regex PackClient();
}
