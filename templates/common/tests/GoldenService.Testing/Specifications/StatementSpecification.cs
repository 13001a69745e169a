namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

/// <summary>How often operations ask the database.</summary>
public abstract class StatementSpecification
{
    // Fails when a read asks once more for each row that it finds.
    [Fact]
    public async Task A_read_makes_as_many_statements_however_many_rows_there_are()
    {
        await using var service = await Service.StartAsync(ownDatabase: true);
        var calls = await ContractCalls.StartAsync(service);
        var reads = ContractCalls.Operations.Where(operation => operation.Method == "GET").ToList();
        var few = await CountAsync(service, calls, reads);
        for (var more = 0; more < 5; more++)
        {
            await ContractCalls.StartAsync(service);
        }

        var many = await CountAsync(service, calls, reads);

        Assert.Equal(few, many);
        Assert.True(few is [] || few.Any(count => !count.EndsWith(" 0", StringComparison.Ordinal)), "No statement was seen.");
    }

    private static async Task<string[]> CountAsync(Service service, ContractCalls calls, List<ContractOperation> operations)
    {
        var counts = new string[operations.Count];
        for (var index = 0; index < counts.Length; index++)
        {
            using var spans = new Spans();
            using var message = calls.Example(operations[index]).ToMessage();
            message.Headers.TryAddWithoutValidation(spans.Header.Name, spans.Header.Value);
            using var response = await service.Http.SendAsync(message);
            Assert.True(response.IsSuccessStatusCode, $"{operations[index]} responded with {(int)response.StatusCode}.");
            await spans.OfRequestsAsync();
            counts[index] = $"{operations[index]}: {spans.All.Count(span => span.Source.Name == "GoldenService.Database")}";
        }

        return counts;
    }
}
