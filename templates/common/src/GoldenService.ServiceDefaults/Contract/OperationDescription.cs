namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

/// <summary>
/// What an operation takes and answers, as metadata of its endpoint. Nothing here reads a request or writes an answer:
/// it lets others check requests and describe the service as it runs, and the tests hold that against the contract.
/// </summary>
public static class OperationDescription
{
    /// <summary>The properties of the request are the parameters; their attributes say where each is found.</summary>
    public static IEndpointConventionBuilder Takes<TRequest>(this IEndpointConventionBuilder operation) =>
        operation.WithMetadata(new OperationRequest(typeof(TRequest)));

    public static IEndpointConventionBuilder Answers(this IEndpointConventionBuilder operation, int status) =>
        operation.WithMetadata(new ProducesResponseTypeMetadata(status));

    public static IEndpointConventionBuilder Answers<T>(this IEndpointConventionBuilder operation, int status, params string[] types) =>
        operation.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), types is [] ? ["application/json"] : types));

    public static IEndpointConventionBuilder AnswersProblem<T>(this IEndpointConventionBuilder operation, params int[] statuses) =>
        operation.WithMetadata([.. statuses.Select(status => new ProducesResponseTypeMetadata(status, typeof(T), ["application/problem+json"]))]);

    /// <summary>Requests must be signed (Standard Webhooks). The signature stands for a token: where nothing verifies signatures, a token is needed.</summary>
    public static IEndpointConventionBuilder RequireSignature(this IEndpointConventionBuilder operation) => operation.WithMetadata(new OperationSignature());

    /// <param name="operation">An operation that receives events.</param>
    /// <param name="member">The member of the body that has the type of the event.</param>
    /// <param name="types">The types that the contract has.</param>
    public static IEndpointConventionBuilder TakesEvents(this IEndpointConventionBuilder operation, string member, params string[] types) =>
        operation.WithMetadata(new OperationEvents(member, types));
}

/// <summary>Says that requests to an operation must be signed.</summary>
public sealed record OperationSignature;

/// <summary>The types of the events that an operation receives, and the member of the body that has the type.</summary>
public sealed record OperationEvents(string Member, IReadOnlyList<string> Types);

/// <summary>The type of what an operation is given.</summary>
internal sealed record OperationRequest(Type Type);
