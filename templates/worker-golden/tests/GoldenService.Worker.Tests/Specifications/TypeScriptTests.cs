namespace GoldenService.Worker.Tests;

using System.Threading.Tasks;
using global::GoldenService.Testing;

public sealed class TypeScriptTests : TypeScriptSpecification
{
    protected override async Task<(string Name, string Value)[]> PrepareAsync(Service service)
    {
        await Examples.AddDeadLetterAsync(service);
        await Examples.AddDeadLetterAsync(service);
        return [("SERVICE_SECRET", Signatures.Secret)];
    }
}
