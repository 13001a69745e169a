namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

/// <summary>Nothing is open that the contract does not open, and each operation asks for its scopes.</summary>
public abstract class AccessSpecification(Service service)
{
    /// <summary>Fails when the fallback policy is removed, or AllowAnonymous is added to an endpoint.</summary>
    [Fact]
    public async Task Without_a_token_there_is_nothing_but_health_and_what_the_contract_opens()
    {
        await using var production = await Service.StartAsync("Production", ownDatabase: true);
        using var http = production.ClientWith(null);
        var endpoints = production.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

        var answers = new List<string>();
        var isOpen = (string path) => ContractDocument.Current.Find("GET", path)?.IsOpen == true;
        foreach (var path in endpoints.Select(PathOf).Where(path => !isOpen(path)).Append("/").Append("/v1/nothing").Append("/docs/index.html").Distinct())
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            answers.Add($"{path} {(int)response.StatusCode}");
        }

        Assert.Equal(["/health/live 200", "/health/ready 503"], answers.Where(answer => !answer.EndsWith(" 401", StringComparison.Ordinal)).Order());
        Assert.True(answers.Count > 5 + ContractDocument.Current.Operations.Select(operation => operation.Path).Distinct().Count(path => !isOpen(path)));
    }

    /// <summary>Fails when a policy does not look at the scopes, or a `.RequireAuthorization` of Generated/Operations.cs names another scope than the contract.</summary>
    [Fact]
    public async Task An_operation_is_for_tokens_with_its_scope_only()
    {
        var operations = service.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Scopes: endpoint.Metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().ToList()))
            .Where(operation => operation.Scopes.Count > 0)
            .ToList();
        Assert.NotEmpty(operations);

        foreach (var (endpoint, scopes) in operations)
        {
            var others = string.Join(' ', ContractDocument.Current.Scopes.Except(scopes).Concat(scopes.Select(scope => $"{scope}s")).Append("openid"));
            Assert.Equal(401, await StatusOf(endpoint, null));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Shared.Token(scope: others)));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Shared.Token(scope: null)));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Shared.Token(scope: string.Join(' ', scopes).ToUpperInvariant())));
            Assert.NotInRange(await StatusOf(endpoint, Issuer.Shared.Token(scope: string.Join(' ', scopes.Append("openid")))), 401, 403);
        }
    }

    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => Guid.NewGuid().ToString(),
        }))));

    private async Task<int> StatusOf(RouteEndpoint endpoint, string? token)
    {
        using var http = service.ClientWith(token);
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0]), PathOf(endpoint));
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
