namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>Which operations are signed, as the generated code says it: a contract may have several, and others that are open.</summary>
[Trait("Checklist", "signatures")]
public sealed class SignedOperationTests
{
    [Theory] // Fails when one operation is verified and not another, an open one too, or a signature does not stand for a token.
    [InlineData("/signed", false, 401)]
    [InlineData("/signed", true, 200)]
    [InlineData("/signed/too", false, 401)]
    [InlineData("/signed/too", true, 200)]
    [InlineData("/open", false, 200)]
    [InlineData("/open", true, 200)]
    [InlineData("/token", false, 401)]
    [InlineData("/token", true, 401)]
    public async Task An_operation_is_verified_where_the_contract_says_so(string path, bool isSigned, int status)
    {
        await using var app = Build();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var body = "{ no JSON"u8.ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in isSigned ? Signatures.Headers(body) : [])
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
        {
            Assert.Equal(path == "/open" ? "nobody" : Signatures.Source, await response.Content.ReadAsStringAsync());
        }
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration[$"Webhooks:Sources:{Signatures.Source}:Secrets:0"] = Signatures.Secret;
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptions<MessagesOptions>();
        builder.Services.AddSingleton(new MessageDestination("test", "messages")).AddSingleton<MessagesMetrics>();
        builder.Services.AddWebhooks();
        builder.Services.AddRateLimits();
        builder.Services.AddAuthentication().AddJwtBearer();
        builder.Services.AddAuthorizationBuilder().AddFallbackPolicy("token", policy => policy.RequireAuthenticatedUser());

        var app = builder.Build();
        app.UseWebhookSignatures();
        app.UseAuthentication();
        app.UseAuthorization();
        foreach (var path in new[] { "/signed", "/signed/too" })
        {
            Map(app, path).RequireAuthorization().RequireSignature();
        }

        Map(app, "/open").AllowAnonymous();
        Map(app, "/token").RequireAuthorization();
        return app;
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder app, string path) =>
        app.MapPost(path, (RequestDelegate)(context => context.Response.WriteAsync(context.RequestServices.GetRequiredService<WebhookDelivery>().Source ?? "nobody")));
}
