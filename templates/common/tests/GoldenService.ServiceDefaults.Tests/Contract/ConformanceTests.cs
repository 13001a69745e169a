namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Xunit;

/// <summary>The comparisons of the kit notice what they are for.</summary>
[Trait("Checklist", "contract")]
public sealed class ConformanceTests(Service service) : ConformanceSpecification(service)
{
    // Fails when the routes are not taken from the endpoints (a delegate), or ContractComparison passes over what only one side has (a lambda).
    [Theory]
    [InlineData("a request delegate", false)]
    [InlineData("a lambda", true)]
    public async Task A_route_that_is_mapped_by_hand_is_noticed(string how, bool isLambda)
    {
        await using var other = await Service.StartAsync(replace: services => services.AddDescription().AddSingleton<IStartupFilter>(new ExtraRoute(isLambda)));

        Assert.Equal(["GET /v1/extra"], OtherRoutes(other));
        Assert.True((isLambda ? ["GET /v1/extra is not in the contract"] : Array.Empty<string>()).SequenceEqual(await DifferencesAsync(other)), how);
    }

    // Fails when ContractComparison leaves out statuses or their content.
    [Fact]
    public async Task A_status_that_is_not_answered_or_not_declared_is_noticed()
    {
        var operation = ContractDocument.Current.Operations[0];

        Assert.Equal([$"{operation} > 500 is only in the contract"], await DifferencesAsync(operation, api => api.SupportedResponseTypes.Remove(Response(api, 500))));
        Assert.Equal([$"{operation} > 418 is not in the contract"], await DifferencesAsync(operation, api => api.SupportedResponseTypes.Add(new() { StatusCode = 418, Type = typeof(void) })));
        Assert.Equal(
            [$"{operation} > 500 > application/json is not in the contract", $"{operation} > 500 > application/problem+json is only in the contract"],
            await DifferencesAsync(operation, api => Response(api, 500).ApiResponseFormats[0].MediaType = "application/json"));
    }

    // Fails when ContractComparison leaves out parameters or their schemas.
    [Fact]
    public async Task A_parameter_that_is_gone_or_moved_or_of_another_type_is_noticed()
    {
        var operation = ContractDocument.Current.Operations.First(operation => operation.Parameters is not []);
        var (name, place) = ((string)operation.Parameters[0]["name"]!, (string)operation.Parameters[0]["in"]!);

        Assert.Equal([$"{operation} > {place} {name} is only in the contract"], await DifferencesAsync(operation, api => api.ParameterDescriptions.Remove(Parameter(api, name))));
        Assert.Contains(
            $"{operation} > {place} {name} is only in the contract",
            await DifferencesAsync(operation, api => Parameter(api, name).Name += "2"));
        Assert.StartsWith($"{operation} > {place} {name} is '", Assert.Single(await DifferencesAsync(operation, api => Parameter(api, name).ModelMetadata = new EmptyModelMetadataProvider().GetMetadataForType(typeof(double)))), StringComparison.Ordinal);
    }

    // Fails when ContractComparison leaves out tags.
    [Fact]
    public async Task Another_name_or_tag_of_an_operation_is_noticed()
    {
        var operation = ContractDocument.Current.Operations[0];

        var difference = Assert.Single(await DifferencesAsync(operation, api => api.ActionDescriptor.EndpointMetadata.Add(new TagsAttribute("Other"))));

        Assert.EndsWith(", tags Other' in the service", difference, StringComparison.Ordinal);
    }

    // Fails when ContractComparison leaves out formats.
    [Fact]
    public async Task A_property_of_another_type_is_noticed()
    {
        await using var other = await Service.StartAsync(replace: services => services.AddDescription().Configure<SwaggerGenOptions>(swagger =>
            swagger.MapType<int>(() => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" })));

        Assert.Contains("Problem > status is 'required integer int32' in the contract, 'required integer int64' in the service", await DifferencesAsync(other));
    }

    private static async Task<IReadOnlyList<string>> DifferencesAsync(Service described) =>
        ContractComparison.Differences(ContractDocument.Current.Root, await described.DescribeAsync());

    private static async Task<IReadOnlyList<string>> DifferencesAsync(ContractOperation operation, Action<ApiDescription> change)
    {
        await using var changed = await Service.StartAsync(replace: services =>
            services.AddDescription().AddSingleton<IApiDescriptionProvider>(new Change($"{operation.Method} {operation.Path.TrimStart('/')}", change)));
        return await DifferencesAsync(changed);
    }

    private static ApiResponseType Response(ApiDescription api, int status) => api.SupportedResponseTypes.Single(response => response.StatusCode == status);

    private static ApiParameterDescription Parameter(ApiDescription api, string name) => api.ParameterDescriptions.Single(parameter => parameter.Name == name);

    private sealed class ExtraRoute(bool isLambda) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.UseRouting().UseEndpoints(routes => _ = isLambda ? routes.MapGet("/v1/extra", () => "extra") : routes.MapGet("/v1/extra", _ => Task.CompletedTask));
        };
    }

    private sealed class Change(string operation, Action<ApiDescription> change) : IApiDescriptionProvider
    {
        public int Order => 1;

        public void OnProvidersExecuting(ApiDescriptionProviderContext context) =>
            change(context.Results.Single(api => $"{api.HttpMethod} {api.RelativePath}" == operation));

        public void OnProvidersExecuted(ApiDescriptionProviderContext context)
        {
        }
    }
}
