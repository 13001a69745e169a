namespace GoldenService.ServiceDefaults;

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Runs an operation of the contract: reads the request, refuses it or hands it to the implementation, writes the answer.</summary>
public static class Operation
{
    public static RequestDelegate Handle<TOperations, TRequest, TResult>(
        Func<RequestReader, ValueTask<TRequest>> read,
        Func<TOperations, TRequest, CancellationToken, Task<TResult>> run)
        where TOperations : notnull
        where TResult : OperationResult =>
        async context =>
        {
            var reader = new RequestReader(context);
            var request = await read(reader);
            if (reader.Failures.Any)
            {
                await OperationOutcome.Invalid(reader.Failures).WriteAsync(context);
                return;
            }

            var operations = context.RequestServices.GetRequiredService<TOperations>();
            var result = await run(operations, request, context.RequestAborted);
            await result.WriteAsync(context);
        };
}
