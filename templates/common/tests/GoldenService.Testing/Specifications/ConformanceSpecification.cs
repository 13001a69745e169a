namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Xunit;

/// <summary>The service as it runs is what the contract says.</summary>
public abstract class ConformanceSpecification(Service service)
{
    // What the service calls its scheme of tokens.
#if (jwt)
    private const string Tokens = "Bearer";
#else
    private const string Tokens = "token";
#endif

    private static readonly string[] BesidesTheContract =
    [
        "* /health/live", // for whoever restarts the service
        "* /health/ready", // for whoever sends it requests
        "GET /openapi.yaml", // the contract cannot be part of itself
        "HEAD /openapi.yaml",
        "* /docs/{**path}", // the page that shows it, in Development
        "GET /", // and what leads there
    ];

    // Fails when Generated/Operations.cs loses a status, changes a path or a name, or a type in Generated/Models.cs changes.
    [Fact]
    public async Task The_service_as_it_runs_is_described_by_the_contract()
    {
        await using var described = await Service.StartAsync(replace: services => services.AddDescription());

        var differences = ContractComparison.Differences(ContractDocument.Current.Root, await described.DescribeAsync());

        Assert.True(differences is [], string.Join(Environment.NewLine, differences));
    }

    // Fails when a route is mapped by hand, in Program.cs or anywhere else.
    [Fact]
    public void No_route_stands_outside_the_contract() => Assert.Empty(OtherRoutes(service));

    // Fails when an operation asks for other scopes or keys than the contract, or for none.
    [Fact]
    public void Operations_ask_for_what_the_contract_names() => Assert.Equal(
        ContractDocument.Current.Operations.Select(operation => $"{operation}: {Required(operation)}").Order(),
        service.Routes().Where(route => !BesidesTheContract.Contains(route.Route)).Select(route => $"{route.Route}: {Required(route.Endpoint)}").Order());

    // Fails when an operation does not do what its example asks for, or responds otherwise than the contract says (ContractHandler sees to that).
    [Fact]
    public Task Every_example_of_the_contract_is_carried_out() => ContractCalls.CallEveryOperationAsync(service);

    // In one order, with tokens under the name that the service gives them. What is optional for tokens is open.
    private static string Required(ContractOperation operation)
    {
        if (operation.IsOpen && !operation.Security.SelectMany(alternative => alternative).Any(one => one.Scheme.HasSecrets))
        {
            return "";
        }

        var alternatives = operation.Security.Select(alternative => alternative
            .GroupBy(one => one.Scheme.HasSecrets ? one.Scheme.Name : Tokens, (name, all) => string.Join(' ', all.SelectMany(one => one.Scopes).Distinct().Prepend(name))));
        return string.Join(" | ", alternatives.Select(schemes => string.Join(" + ", schemes.Order(StringComparer.Ordinal))).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Required(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is { } policy)
        {
            var alternatives = policy.Requirements.OfType<CredentialsRequirement>().Single().ToString().Split(" | ");
            return string.Join(" | ", alternatives.Select(alternative => string.Join(" + ", alternative.Split(" + ").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        }

        var tokens = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        return tokens is [] ? "" : string.Join(' ', tokens.Select(token => token.Policy).OfType<string>().Prepend(Tokens));
    }

    /// <summary>The routes of a service that its contract does not have.</summary>
    protected static IEnumerable<string> OtherRoutes(Service service) =>
        service.Routes().Select(route => route.Route).Except(BesidesTheContract).Except(ContractDocument.Current.Operations.Select(operation => operation.ToString()));
}
