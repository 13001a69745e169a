namespace ContractCompiler.Model;

using System.Collections.Generic;

/// <summary>A contract, read, resolved and named: what all code is written from.</summary>
sealed class ContractModel
{
    public List<Declaration> Declarations { get; } = [];

    public List<Condition> Conditions { get; } = [];

    public List<Operation> Operations { get; } = [];

    public List<Tag> Tags { get; } = [];

    public List<SecurityScheme> Schemes { get; } = [];

    /// <summary>The platform's problem documents (Problem, ValidationProblem), which the server has already.</summary>
    public Dictionary<string, Declaration> Problems { get; } = [];
}

/// <param name="Text">The tag in the contract.</param>
/// <param name="Name">Its name in code, as in I{Name}Operations and {Name}Client.</param>
sealed record Tag(string Text, string Name, string? Description);

/// <summary>How a caller is authenticated; of several in one requirement, the first is who the caller is.</summary>
enum SchemeKind
{
    /// <summary>A token of the service's issuer: http bearer, oauth2, openIdConnect.</summary>
    Token,
    Basic,
    HeaderKey,
    QueryKey,
    CookieKey,

    /// <summary>A signature of Standard Webhooks, which is checked before callers are authenticated.</summary>
    Signature,
    Unsupported,
}

/// <param name="Key">Of an apiKey the name of its header, parameter or cookie.</param>
sealed record SecurityScheme(string Name, SchemeKind Kind, string Key)
{
    /// <summary>Whether the service has the secrets of callers as settings.</summary>
    public bool HasSecrets => Kind is SchemeKind.Basic or SchemeKind.HeaderKey or SchemeKind.QueryKey or SchemeKind.CookieKey;
}

sealed record RequiredScheme(SecurityScheme Scheme, IReadOnlyList<string> Scopes);

/// <summary>One alternative of what a caller must show: all its schemes at once. An empty one makes the others optional.</summary>
sealed record SecurityRequirement(IReadOnlyList<RequiredScheme> Schemes);

sealed class Operation
{
    /// <summary>The operationId, or method and path where the contract has none.</summary>
    public required string Id { get; init; }

    /// <summary>The method's name in C#; in camel case in TypeScript.</summary>
    public required string Name { get; init; }

    /// <summary>In upper case.</summary>
    public required string Method { get; init; }

    /// <summary>As in the contract, with a leading slash and the base path of servers.</summary>
    public required string Path { get; init; }

    public required Tag Tag { get; init; }

    /// <summary>The record of the request, as in CreateOrderRequest.</summary>
    public required string RequestName { get; init; }

    /// <summary>The class of the result, as in CreateOrderResult.</summary>
    public required string ResultName { get; init; }

    public string? Summary { get; init; }

    public string? Description { get; init; }

    public bool Deprecated { get; init; }

    public List<Parameter> Parameters { get; } = [];

    public Body? Body { get; set; }

    public List<Outcome> Outcomes { get; } = [];

    /// <summary>Alternatives; empty for an operation that is open.</summary>
    public List<SecurityRequirement> Security { get; } = [];
}

enum Place
{
    Path,
    Query,
    Header,
    Cookie,
}

/// <summary>How a parameter of several values is written (OpenAPI's style; Json where it has content).</summary>
enum Style
{
    Simple,
    Form,
    Label,
    Matrix,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

/// <summary>A parameter of a request, or a header of a response.</summary>
sealed class Parameter
{
    public required string Json { get; init; }

    /// <summary>In Pascal case, unused among the members of the request (or, of a header, among the arguments of the factory).</summary>
    public required string Name { get; init; }

    public required Place Place { get; init; }

    public required Style Style { get; init; }

    public required bool Explode { get; init; }

    public required bool Required { get; init; }

    public required Use Use { get; init; }

    public string? Description { get; init; }
}

/// <summary>A request's body. Name is set where it has several media types: then it is a closed type of them.</summary>
sealed record Body(bool Required, string? Name, string? Description, IReadOnlyList<Media> Media);

enum MediaKind
{
    Json,
    Form,
    Multipart,
    Text,
    Binary,
    Events,
}

/// <param name="Type">The media type without parameters, in lower case.</param>
/// <param name="Kind">How it is read and written.</param>
/// <param name="Name">What a factory or a case is called after it, as in Json, Csv.</param>
/// <param name="Use">What it holds; null for text, binary and events.</param>
sealed record Media(string Type, MediaKind Kind, string Name, Use? Use)
{
    /// <summary>Other types of the same kind and content, which are taken as well.</summary>
    public List<string> Also { get; } = [];
}

/// <summary>A response that an operation can have.</summary>
sealed class Outcome
{
    /// <summary>200, default or 4XX.</summary>
    public required string Status { get; init; }

    /// <summary>The factory's name, as in Created.</summary>
    public required string Name { get; init; }

    public string? Description { get; init; }

    public List<Media> Media { get; } = [];

    public List<Parameter> Headers { get; } = [];

    /// <summary>The body is the platform's problem document (RFC 9457), or its validation problem.</summary>
    public bool IsProblem { get; set; }

    public bool IsValidationProblem { get; set; }

    /// <summary>Only the platform responds so: the operation has no factory for it.</summary>
    public bool IsPlatform { get; set; }

    public bool IsSuccess => Status.StartsWith('2');
}
