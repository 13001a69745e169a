namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Readers over requests that no server has received.</summary>
internal static class Requests
{
    public static RequestReader WithQuery(string query) => new(Context(request => request.QueryString = new($"?{query}")));

    public static RequestReader WithPath(string name, string value) => new(Context(request => request.RouteValues[name] = value));

    /// <param name="pattern">The route, as in /items/{p}.json.</param>
    /// <param name="target">The path as it was sent.</param>
    /// <param name="values">What routing has made of it.</param>
    public static RequestReader WithPath(string pattern, string target, params (string Name, string Value)[] values)
    {
        var context = Context(request =>
        {
            foreach (var (name, value) in values)
            {
                request.RouteValues[name] = value;
            }
        });
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        context.SetEndpoint(new RouteEndpoint(static _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, null, null));
        return new(context);
    }

    public static RequestReader WithHeader(string name, params string[] values) => new(Context(request => request.Headers[name] = values));

    public static RequestReader WithBody(string body, string type = "application/json") => WithBody(Encoding.UTF8.GetBytes(body), type);

    public static RequestReader WithBody(byte[] body, string type = "application/json") => new(Context(request =>
    {
        request.Body = new MemoryStream(body);
        request.ContentLength = body.Length;
        request.ContentType = type;
    }));

    /// <summary>A body whose length nothing says, as in chunks.</summary>
    public static RequestReader WithStream(Stream body, string? type = null) => new(Context(request =>
    {
        request.Body = body;
        request.ContentType = type;
    }));

    /// <summary>A value, and what is noted of it.</summary>
    public static (T Value, string Failures) Read<T>(string json, Func<InputValue, T> read)
    {
        var reader = WithBody(json);
        var value = reader.JsonBody(read).AsTask().GetAwaiter().GetResult();
        return (value, Of(reader));
    }

    /// <summary>What a reader has noted, as in "a: type; b: required, maxLength".</summary>
    public static string Of(RequestReader reader) =>
        string.Join("; ", reader.Failures.ToDictionary().Select(field => $"{field.Key}: {string.Join(", ", field.Value.Select(failure => failure.Split(':')[0]))}"));

    private static DefaultHttpContext Context(Action<HttpRequest> change)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        change(context.Request);
        return context;
    }
}

internal sealed record Box
{
    [JsonPropertyName("lines")]
    public required IReadOnlyList<Part> Lines { get; init; }

    public static Box Read(InputValue value)
    {
        var members = value.AsMembers("lines");
        return new Box { Lines = members.Required("lines").AsList(static item => item.As(Part.Read), maxItems: 100) };
    }

    public static Box ReadUnbounded(InputValue value)
    {
        var members = value.AsMembers("lines");
        return new Box { Lines = members.Required("lines").AsList(static item => item.As(Part.Read)) };
    }
}

internal sealed record Part
{
    [JsonPropertyName("tag")]
    public required string Tag { get; init; }

    [JsonPropertyName("quantity")]
    public required int Quantity { get; init; }

    public static Part Read(InputValue value)
    {
        var members = value.AsMembers("tag", "quantity");
        return new Part { Tag = members.Required("tag").AsString(), Quantity = members.Required("quantity").AsInt32() };
    }
}

internal sealed class BoxRules : ContractValidator<Box>
{
    public static readonly BoxRules Instance = new();

    public BoxRules()
    {
        RuleFor(value => value.Lines).MinItems(1).MaxItems(100);
        RuleForEach(value => value.Lines).SetValidator(PartRules.Instance);
    }
}

internal sealed class PartRules : ContractValidator<Part>
{
    public static readonly PartRules Instance = new();

    public PartRules()
    {
        RuleFor(value => value.Tag).Pattern("^[A-Z0-9][A-Z0-9-]{1,31}$");
        RuleFor(value => value.Quantity).Minimum(1).Maximum(1000);
    }
}
