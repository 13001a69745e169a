namespace GoldenService.Testing;

using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

/// <summary>
/// No statement of the service that the tests cause reads a whole table because an index is missing. So this runs when all other tests have run. It
/// calls every operation of the contract too, with every combination of the parameters that may be left out, and so it can run alone.
/// </summary>
public abstract class IndexAuditSpecification(Service service, ITestOutputHelper output)
{
    /// <summary>What stays as it is: the beginning of what is found, a part of the statement, and the reason.</summary>
    protected virtual (string What, string Sql, string Reason)[] Allowed => [];

    [Fact]
    public async Task Every_statement_has_the_index_it_needs()
    {
        await CallAsync();
        Assert.NotEmpty(RequestStatements.All);
        var found = await service.WithDatabase(db => IndexAudit.FindAsync(db, RequestStatements.All));
        output.WriteLine($"{RequestStatements.All.Count} statements planned.");

        var failures = found.Where(missing => !Allowed.Any(allowed => IsOf(allowed, missing))).GroupBy(missing => missing.What).Select(alike =>
        {
            var shortest = alike.MinBy(missing => missing.Sql.Length)!;
            return $"""
                {alike.Key}, in {alike.Count()} of {RequestStatements.All.Count} statements. Add the index to AppDbContext, and a migration; or allow it in {GetType().Name}, and say why.

                {shortest.Fix}

                {shortest.Sql}

                {shortest.Plan}

                """;
        }).Concat(Allowed.Where(allowed => !found.Exists(missing => IsOf(allowed, missing))).Select(allowed =>
            $"\"{allowed.What}\" is allowed of statements with {allowed.Sql}, and no statement needs that: remove it from {GetType().Name}."));
        Assert.True(!failures.Any(), string.Join(Environment.NewLine, failures));
    }

    private static bool IsOf((string What, string Sql, string Reason) allowed, MissingIndex missing) =>
        missing.What.StartsWith(allowed.What, StringComparison.Ordinal) && missing.Sql.Contains(allowed.Sql, StringComparison.Ordinal);

    /// <summary>Makes all requests to the operations of the contract that its examples make, on what is there.</summary>
    private async Task CallAsync()
    {
        var calls = await ContractCalls.StartAsync(service);
        foreach (var operation in ContractCalls.Operations)
        {
            foreach (var request in calls.Examples(operation))
            {
                await calls.SucceedAsync(request);
            }
        }
    }
}
