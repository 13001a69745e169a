namespace GoldenService.ServiceDefaults;

using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

/// <summary>The answer of an operation. The contract makes one class of it for each operation, with the outcomes that it declares and no others.</summary>
public abstract class OperationResult
{
    protected OperationResult(OperationOutcome outcome) => Outcome = outcome;

    /// <summary>The HTTP status code.</summary>
    public int StatusCode => Outcome.StatusCode;

    /// <summary>The body, where the answer has one and it is no problem document.</summary>
    public object? Body => Outcome.Body;

    private OperationOutcome Outcome { get; }

    internal Task WriteAsync(HttpContext context) => Outcome.WriteAsync(context);
}
