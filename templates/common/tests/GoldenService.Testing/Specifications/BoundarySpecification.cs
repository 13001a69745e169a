namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

/// <summary>Every constraint that the contract puts on requests is tried just inside and just outside, by requests that its own text makes.</summary>
public abstract class BoundarySpecification(ITestOutputHelper output)
{
    // What the rules of the contract are called in a 400. A rule by another name is one of the business.
    private static readonly string[] Rules =
    [
        "json", "type", "format", "required", "unknown", "unique", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "const", "oneOf", "anyOf", "not", "if",
        "contains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "form",
    ];

    // Fails when a rule in ServiceDefaults/Contract is off by one, counts UTF-16 units or lets a newline follow a pattern; when numbers are read from strings.
    [Fact]
    public async Task Every_constraint_holds_at_its_boundary()
    {
        await using var service = await Service.StartAsync(ownDatabase: true);
        var failures = new ConcurrentQueue<string>();
        var (constraints, requests, taken) = (0, 0, 0);
        foreach (var operation in ContractDocument.Current.Operations)
        {
            var boundaries = new ContractBoundaries(ContractDocument.Current, operation);
            var inside = new ConcurrentBag<int>();
            await Parallel.ForEachAsync(boundaries.Variants, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (variant, _) =>
            {
                var (failure, status) = await TryAsync(service, variant);
                inside.Add(status);
                if (failure is not null)
                {
                    failures.Enqueue($"{operation}, {variant.Place}, {variant.Keyword}, {variant.What}: {failure}");
                }
            });

            Print(operation, boundaries, inside.Count(status => status < 300));
            constraints += boundaries.Constraints.Count;
            requests += boundaries.Variants.Count;
            taken += inside.Count(status => status < 300);
            foreach (var (place, keyword) in boundaries.Uncovered)
            {
                failures.Enqueue($"{operation}, {place}: no request breaks {keyword}");
            }
        }

        output.WriteLine($"In all {constraints} constraints of {ContractDocument.Current.Operations.Count} operations, {requests} requests, {taken} of them carried out.");
        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures));
    }

    private static async Task<(string? Failure, int Status)> TryAsync(Service service, Variant variant)
    {
        using var request = variant.Request.ToMessage();
        using var response = await service.Http.SendAsync(request);
        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsStringAsync();

        // A response to HEAD has no body.
        var errors = status == 400 && text != ""
            ? JsonElement.Parse(text).GetProperty("errors").EnumerateObject().SelectMany(field => field.Value.EnumerateArray().Select(error => (Field: field.Name, Rule: error.GetString()!.Split(':')[0]))).ToList()
            : [];
        var isRight = variant.Rule is null
            ? status is not (413 or 415 or >= 500) && (status != 400 || text != "") && !errors.Any(error => Rules.Contains(error.Rule))
            : variant.Rule == "" || request.Method == HttpMethod.Head ? status == 400
            : errors.Contains((variant.Field!, variant.Rule)) && errors.All(error => error.Field == variant.Field);
        return (isRight ? null : $"{(variant.Rule is null ? "is inside" : $"must be rejected by {variant.Field} {variant.Rule}".TrimEnd())}, but the response was {status} {text}", status);
    }

    private void Print(ContractOperation operation, ContractBoundaries boundaries, int taken)
    {
        output.WriteLine($"{operation}: {boundaries.Constraints.Count} constraints, {boundaries.Variants.Count(variant => variant.Rule is null)} requests inside, {boundaries.Variants.Count(variant => variant.Rule is not null)} outside ({boundaries.Variants.Count(variant => variant.Rule == "")} by any rule), {taken} carried out");
        foreach (var place in boundaries.Constraints.GroupBy(constraint => constraint.Place))
        {
            var keywords = place.Select(constraint => boundaries.Unbreakable.TryGetValue(constraint, out var reason) ? $"{constraint.Keyword} ({reason})" : constraint.Keyword);
            output.WriteLine($"  {place.Key}: {string.Join(", ", keywords)}");
        }
    }
}
