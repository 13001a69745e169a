namespace GoldenService.ServiceDefaults;

using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

/// <summary>An operation of another service's contract, as a gateway forwards it.</summary>
/// <param name="Id">The operationId.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Path">A pattern of routing, as in /v1/items/{itemId}.</param>
/// <param name="Check">Reads the request and writes the response to one that does not keep to the contract; false if it did. Null for a request that only its service may read.</param>
/// <param name="Protect">Says who may call it.</param>
public sealed record ForwardedOperation(string Id, string Method, string Path, Func<HttpContext, ValueTask<bool>>? Check, Action<IEndpointConventionBuilder> Protect)
{
    /// <summary>The check that reads a request as its service does.</summary>
    public static Func<HttpContext, ValueTask<bool>> Checked<TRequest>(Func<RequestReader, ValueTask<TRequest>> read) => async context =>
    {
        var reader = new RequestReader(context);
        await read(reader);
        if (!reader.Failures.Any)
        {
            return true;
        }

        await OperationOutcome.Invalid(reader.Failures).WriteAsync(context);
        return false;
    };
}
