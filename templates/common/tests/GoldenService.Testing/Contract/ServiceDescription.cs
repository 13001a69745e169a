namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

/// <summary>The OpenAPI document that Swashbuckle makes of the service as it runs: of its endpoints and its types, not of the contract.</summary>
public static class ServiceDescription
{
    public static IServiceCollection AddDescription(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSingleton<IApiDescriptionProvider, OperationDescriptions>();
        return services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc("v1", new OpenApiInfo { Title = "Service", Version = "v1" });
            swagger.SupportNonNullableReferenceTypes();
            swagger.UseAllOfToExtendReferenceSchemas();
            swagger.MapType<decimal>(() => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "decimal" });
            swagger.SchemaFilter<OptionalMembers>();
            swagger.SchemaFilter<Alternatives>();
            swagger.ParameterFilter<Defaults>();
        });
    }

    public static async Task<JsonObject> DescribeAsync(this Service service)
    {
        var document = await service.Services.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync("v1");
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0))!.AsObject();
    }

    /// <summary>Each endpoint with its method: "GET /openapi.yaml", "* /health/live" where it takes any.</summary>
    public static IEnumerable<(string Route, RouteEndpoint Endpoint)> Routes(this Service service) =>
        from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]
        select ($"{method} /{endpoint.RoutePattern.RawText?.TrimStart('/')}", endpoint);

    /// <summary>The API explorer knows controllers and lambdas only. This shows it the operations, from the metadata of their endpoints.</summary>
    private sealed class OperationDescriptions(EndpointDataSource endpoints) : IApiDescriptionProvider
    {
        private static readonly EmptyModelMetadataProvider Models = new();

        public int Order => 0;

        public void OnProvidersExecuting(ApiDescriptionProviderContext context)
        {
            foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
            {
                if (endpoint.Metadata.GetMetadata<OperationRequest>() is { } request)
                {
                    context.Results.Add(Describe(endpoint, request.Type));
                }
            }
        }

        public void OnProvidersExecuted(ApiDescriptionProviderContext context)
        {
        }

        private static ApiDescription Describe(RouteEndpoint endpoint, Type request)
        {
            var description = new ApiDescription
            {
                HttpMethod = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single(),
                RelativePath = endpoint.RoutePattern.RawText!.TrimStart('/'),
                ActionDescriptor = new ActionDescriptor { EndpointMetadata = [.. endpoint.Metadata] },
            };

            // A request as the service makes it when all that may be left out is left out.
            var defaults = Activator.CreateInstance(request);
            foreach (var property in request.GetProperties())
            {
                var source = property.GetCustomAttributes().OfType<IBindingSourceMetadata>().Single().BindingSource!;
                var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                var isRequired = property.IsDefined(typeof(RequiredMemberAttribute));
                description.ParameterDescriptions.Add(new ApiParameterDescription
                {
                    Name = property.GetCustomAttributes().OfType<IModelNameProvider>().SingleOrDefault()?.Name ?? property.Name,
                    Source = source,
                    Type = type,
                    ModelMetadata = Models.GetMetadataForType(type),
                    IsRequired = isRequired,
                    DefaultValue = isRequired ? null : property.GetValue(defaults),
                });
                if (source == BindingSource.Body)
                {
                    description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = "application/json" });
                }
            }

            foreach (var response in endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>())
            {
                description.SupportedResponseTypes.Add(new ApiResponseType
                {
                    StatusCode = response.StatusCode,
                    Type = response.Type ?? typeof(void),
                    ModelMetadata = Models.GetMetadataForType(response.Type ?? typeof(void)),
                    ApiResponseFormats = [.. response.ContentTypes.Select(type => new ApiResponseFormat { MediaType = type })],
                });
            }

            return description;
        }
    }

    /// <summary>A member that is left out when it is null is never null.</summary>
    private sealed class OptionalMembers : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            foreach (var property in context.Type.GetProperties().Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.WhenWritingNull))
            {
                if (schema.Properties?[property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name] is OpenApiSchema member)
                {
                    member.Type &= ~JsonSchemaType.Null;
                }
            }
        }
    }

    /// <summary>What is one of several alternatives has a type in it for each of them, which holds the value.</summary>
    private sealed class Alternatives : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            var cases = context.Type.GetNestedTypes().Where(type => type.BaseType == context.Type).ToList();
            if (context.Type.IsAbstract && cases.Count > 0 && schema is OpenApiSchema union)
            {
                union.Type = null;
                union.OneOf = [.. cases.Select(one => context.SchemaGenerator.GenerateSchema(one.GetProperty("Value")!.PropertyType, context.SchemaRepository))];
            }
        }
    }

    private sealed class Defaults : IParameterFilter
    {
        public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
        {
            if (context.ApiParameterDescription.DefaultValue is { } value)
            {
                var schema = parameter.Schema as OpenApiSchema ?? new OpenApiSchema { AllOf = [parameter.Schema!] };
                schema.Default = JsonSerializer.SerializeToNode(value);
                ((OpenApiParameter)parameter).Schema = schema;
            }
        }
    }
}
