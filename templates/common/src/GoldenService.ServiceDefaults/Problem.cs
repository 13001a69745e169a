namespace GoldenService.ServiceDefaults;

using System.Collections.Generic;
using System.Text.Json.Serialization;

/// <summary>What went wrong (RFC 9457).</summary>
public record Problem
{
    /// <summary>A URI that names the kind of problem.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The kind of problem, in words.</summary>
    [JsonPropertyName("title")]
    public required string Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    [JsonPropertyName("status")]
    public required int Status { get; init; }

    /// <summary>What went wrong this time, and how to correct it.</summary>
    [JsonPropertyName("detail")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The path of the request.</summary>
    [JsonPropertyName("instance")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    /// <summary>The W3C trace id of the request.</summary>
    [JsonPropertyName("traceId")]
    public required string TraceId { get; init; }

    /// <summary>Where the trace of the request can be seen, in Development.</summary>
    [JsonPropertyName("traceUrl")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceUrl { get; init; }
}

/// <summary>What in a request does not keep to the contract (RFC 9457).</summary>
public sealed record ValidationProblem : Problem
{
    /// <summary>For each field, by its name in the request, the rules that it breaks.</summary>
    [JsonPropertyName("errors")]
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; init; }
}
