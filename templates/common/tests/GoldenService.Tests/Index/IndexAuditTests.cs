[assembly: Xunit.TestCollectionOrderer(typeof(GoldenService.Tests.IndexAuditTests.Last))]

namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

/// <summary>
/// No statement of the service that the tests cause reads a whole table because an index is missing. So this runs when all other tests have run. It
/// calls every operation of the contract too, with every combination of the parameters that may be left out, and so it can run alone.
/// </summary>
[CollectionDefinition(nameof(IndexAuditTests), DisableParallelization = true)]
[Collection(nameof(IndexAuditTests))]
[Trait("Checklist", "indexes")]
public sealed class IndexAuditTests(Service service, ITestOutputHelper output)
{
    /// <summary>What stays as it is: the beginning of what is found, a part of the statement, and the reason.</summary>
    private static readonly (string What, string Sql, string Reason)[] Allowed = [];

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
                {alike.Key}, in {alike.Count()} of {RequestStatements.All.Count} statements. Add the index to AppDbContext, and a migration; or allow it in {nameof(IndexAuditTests)}, and say why.

                {shortest.Mend}

                {shortest.Sql}

                {shortest.Plan}

                """;
        }).Concat(Allowed.Where(allowed => !found.Exists(missing => IsOf(allowed, missing))).Select(allowed =>
            $"\"{allowed.What}\" is allowed of statements with {allowed.Sql}, and no statement needs that: remove it from {nameof(IndexAuditTests)}."));
        Assert.True(!failures.Any(), string.Join(Environment.NewLine, failures));
    }

    private static bool IsOf((string What, string Sql, string Reason) allowed, MissingIndex missing) =>
        missing.What.StartsWith(allowed.What, StringComparison.Ordinal) && missing.Sql.Contains(allowed.Sql, StringComparison.Ordinal);

    /// <summary>Sorts collections that do not run in parallel; they run after those that do.</summary>
    internal sealed class Last : ITestCollectionOrderer
    {
        public IReadOnlyCollection<TCollection> OrderTestCollections<TCollection>(IReadOnlyCollection<TCollection> testCollections)
            where TCollection : ITestCollection => [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName == nameof(IndexAuditTests))];
    }

    /// <summary>Makes all requests to the operations of the contract that its examples make, on what is there.</summary>
    private async Task CallAsync()
    {
        var known = await Examples.KnownAsync(service);
        foreach (var operation in ContractDocument.Current.Operations)
        {
            IEnumerable<ContractRequest> requests = [ContractRequest.Example(ContractDocument.Current, operation)];
            foreach (var parameter in operation.Parameters)
            {
                var name = $"{parameter["in"]} {parameter["name"]}";
                var value = known.GetValueOrDefault(name) ?? ContractRequest.Text(parameter["example"] ?? ContractValues.Sample(ContractDocument.Current, parameter["schema"]!));
                requests = requests.SelectMany(request => new[] { request, request with { Parameters = request.Parameters.SetItem(name, value) } }.Skip((bool?)parameter["required"] == true ? 1 : 0));
            }

            foreach (var request in requests)
            {
                using var message = request.ToMessage();
                using var response = await service.Http.SendAsync(message);
                Assert.True(response.IsSuccessStatusCode, $"{operation} was answered {(int)response.StatusCode}: add what it needs to the values that are known here.");
            }
        }
    }
}
