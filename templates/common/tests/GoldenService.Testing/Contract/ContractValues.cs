namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Values for a schema of the contract.</summary>
public static class ContractValues
{
    /// <summary>The least value that keeps to the schema; another for each number, where the schema has others.</summary>
    /// <exception cref="NoSampleException">The tests can make none.</exception>
    public static JsonNode? Sample(ContractDocument contract, JsonNode? schema, int number = 0) => new SampleMaker(contract).Make(schema, number);

    /// <inheritdoc cref="Sample(ContractDocument, JsonNode?, int)"/>
    /// <exception cref="InvalidOperationException">The tests can make none, so the contract must have an example.</exception>
    public static JsonNode? Sample(ContractDocument contract, JsonNode? schema, ContractOperation operation, string what)
    {
        try
        {
            return Sample(contract, schema);
        }
        catch (NoSampleException)
        {
            throw new InvalidOperationException($"{operation} needs an example of {what} in the contract: the tests can make none that keeps to its schema.");
        }
    }

    /// <summary>The example that the contract has of a parameter or a body.</summary>
    public static bool TryExample(ContractDocument contract, JsonObject node, out JsonNode? example)
    {
        if (node.TryGetPropertyValue("example", out example))
        {
            return true;
        }

        // In schemas of OpenAPI 3.1 it is a list of values, elsewhere a map of named ones.
        var named = node["examples"] is JsonObject examples ? examples.Select(one => contract.Resolve(one.Value!)).FirstOrDefault(one => one.ContainsKey("value")) : null;
        example = node["examples"] is JsonArray list ? list.FirstOrDefault() : named?["value"];
        return example is not null || named is not null;
    }

    /// <summary>A text of so many characters that matches the pattern, if there is one and it allows for the length.</summary>
    public static string Text(ContractSchema schema, int length, int number = 0) => schema.Keyword("pattern").FirstOrDefault() is { } pattern
        ? new ContractPattern((string)pattern!).Text(length, number)
        : string.Concat(Enumerable.Range(0, Math.Max(length, 0)).Select(position => (char)('a' + (number / (int)Math.Pow(26, Math.Min(position, 6)) % 26))));

    /// <summary>How far apart two values are at least, or near enough.</summary>
    public static decimal Step(ContractSchema schema) => schema.Limit("multipleOf") ?? (schema.Is("integer") ? 1 : 0.01m);
}

/// <summary>No value could be made that keeps to a schema.</summary>
public sealed class NoSampleException : Exception;

/// <summary>Makes values, each of which is held against its schema: of what a schema says, the simplest that works is taken.</summary>
internal sealed class SampleMaker(ContractDocument contract)
{
    private readonly HashSet<JsonObject> around = [];

    public JsonNode? Make(JsonNode? schema, int number)
    {
        var read = contract.Read(schema);
        if (read.Identity is { } identity && !around.Add(identity))
        {
            throw new NoSampleException();
        }

        try
        {
            foreach (var make in Candidates(read, number))
            {
                if (Try(make, out var value) && !contract.Failures(schema, JsonSerializer.SerializeToElement(value), isRequest: true).Any())
                {
                    return value;
                }
            }

            throw new NoSampleException();
        }
        finally
        {
            around.Remove(read.Identity ?? []);
        }
    }

    private static bool Try(Func<JsonNode?> make, out JsonNode? value)
    {
        try
        {
            value = make();
            return true;
        }
        catch (Exception exception) when (exception is NoSampleException or FormatException)
        {
            value = null;
            return false;
        }
    }

    private IEnumerable<Func<JsonNode?>> Candidates(ContractSchema read, int number)
    {
        var values = read.Values ?? [];
        for (var index = 0; index < values.Count; index++)
        {
            var value = values[(number + index) % values.Count];
            yield return () => value?.DeepClone();
        }

        foreach (var part in number == 0 ? read.Parts : [])
        {
            if (ContractValues.TryExample(contract, part, out var example))
            {
                yield return () => example?.DeepClone();
            }
        }

        foreach (var alternative in read.Alternatives)
        {
            yield return () => Tagged(Make(alternative.Schema, number), read.Discriminator, alternative.Values);
        }

        foreach (var type in read.Types is [] ? ["string", "object"] : read.Types)
        {
            var made = type switch
            {
                "object" => Objects(read, number),
                "array" => Arrays(read, number),
                "string" => Texts(read, number),
                "boolean" => [() => number % 2 == 1, () => number % 2 == 0],
                _ => Numbers(read, number),
            };
            foreach (var make in made)
            {
                yield return make;
            }
        }

        if (read.IsNullable)
        {
            yield return () => null;
        }
    }

    private static JsonNode? Tagged(JsonNode? value, string? discriminator, IReadOnlyList<string> values)
    {
        if (discriminator is not null && value is JsonObject members && values is [var first, ..] && !(members[discriminator] is JsonValue tag && values.Contains(ContractRequest.Text(tag))))
        {
            members[discriminator] = first;
        }

        return value;
    }

    // What is required; with each other member; with all.
    private IEnumerable<Func<JsonNode?>> Objects(ContractSchema read, int number)
    {
        var required = read.Required.Where(name => !read.Properties.TryGetValue(name, out var schema) ? !read.IsClosed : !contract.Read(schema).IsReadOnly).ToList();
        var optional = read.Properties.Where(property => !contract.Read(property.Value).IsReadOnly).Select(property => property.Key).Except(required).ToList();
        yield return () => Object(read, required, number);
        foreach (var name in optional)
        {
            yield return () => Object(read, [.. required, name], number);
        }

        yield return () => Object(read, [.. required, .. optional], number);
        yield return () => Filled(read, Object(read, required, number), optional, number);
    }

    private JsonObject Object(ContractSchema read, IEnumerable<string> names, int number) =>
        new(names.Select(name => KeyValuePair.Create(name, Member(read, name, number))));

    // With as many members as there must be.
    private JsonObject Filled(ContractSchema read, JsonObject members, IEnumerable<string> optional, int number)
    {
        var names = read.Keyword("propertyNames").FirstOrDefault();
        var patterns = read.Keyword("patternProperties").SelectMany(all => all.AsObject()).Select(pattern => pattern.Key).ToList();
        var others = Enumerable.Range(0, 100).Select(index => names is null ? patterns is [var pattern, ..] ? new ContractPattern(pattern).Text(0, index) : $"name{index}" : (string)Make(new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, names.DeepClone()) }, index)!);
        foreach (var name in optional.Concat(others).Where(name => !members.ContainsKey(name)).Take(Math.Max(1, (int)(read.Limit("minProperties") ?? 0) - members.Count)).ToList())
        {
            members[name] = Member(read, name, number);
        }

        return members;
    }

    private JsonNode? Member(ContractSchema read, string name, int number)
    {
        var matching = read.Keyword("patternProperties").SelectMany(all => all.AsObject()).FirstOrDefault(pattern => EcmaPattern.IsMatch(pattern.Key, name)).Value;
        return (read.Properties.GetValueOrDefault(name) ?? matching ?? read.OtherValues) is { } schema ? Make(schema, number) : "a";
    }

    private IEnumerable<Func<JsonNode?>> Arrays(ContractSchema read, int number)
    {
        var count = (int)Math.Min(Math.Max(1, read.Limit("minItems") ?? 1), read.Limit("maxItems") ?? int.MaxValue);
        var first = read.Keyword("prefixItems").FirstOrDefault()?.AsArray() ?? [];
        JsonNode? Item(int index) => index < first.Count ? Make(first[index], number + index) : read.Items is { } items ? Make(items, number + index) : number + index;
        yield return () => new JsonArray([.. Enumerable.Range(0, count).Select(Item)]);
        yield return () => new JsonArray();
        if (first.Count > 0)
        {
            yield return () => new JsonArray([.. Enumerable.Range(0, first.Count).Select(Item)]);
        }

        if (read.Keyword("contains").FirstOrDefault() is { } contained)
        {
            var both = new JsonObject { ["allOf"] = new JsonArray([.. new[] { read.Items, contained }.OfType<JsonNode>().Select(schema => schema.DeepClone())]) };
            var contains = Math.Max(1, (int)(read.Limit("minContains") ?? 1));
            yield return () => new JsonArray([.. Enumerable.Range(0, contains).Select(index => Make(both, number + index)), .. Enumerable.Range(0, Math.Max(0, count - contains)).Select(Item)]);
        }
    }

    private static IEnumerable<Func<JsonNode?>> Texts(ContractSchema read, int number)
    {
        switch (read.Format)
        {
            case "uuid":
                yield return () => $"00000000-0000-4000-8000-{number:x12}";
                break;
            case "date":
                yield return () => new DateOnly(2026, 1, 15).AddDays(number).ToString("O", CultureInfo.InvariantCulture);
                break;
            case "date-time":
                yield return () => new DateTime(2026, 1, 15, 9, 30, 0, DateTimeKind.Utc).AddMinutes(number).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                break;
            case "byte" or "base64":
                yield return () => Convert.ToBase64String(BitConverter.GetBytes(number));
                break;
        }

        var length = (int)Math.Min(Math.Max(read.Limit("minLength") ?? 1, 1), read.Limit("maxLength") ?? int.MaxValue);
        yield return () => ContractValues.Text(read, length, number);

        // Several patterns, of which each may match a part.
        var patterns = read.Keyword("pattern").Select(pattern => (string)pattern!).ToList();
        foreach (var pattern in patterns)
        {
            yield return () => new ContractPattern(pattern).Text(length, number);
        }

        yield return () => string.Concat(patterns.Select(pattern => new ContractPattern(pattern).Text(0, number)));
    }

    private static IEnumerable<Func<JsonNode?>> Numbers(ContractSchema read, int number)
    {
        var step = ContractValues.Step(read);
        var least = (read.Limit("minimum") ?? read.Limit("exclusiveMinimum") ?? 1) + (read.Keyword("exclusiveMinimum").Any(limit => !ContractSchema.IsFalse(limit)) ? step : 0);
        var most = read.Limit("maximum") ?? read.Limit("exclusiveMaximum") ?? 1_000_000_000_000_000_000;
        var value = least + (number * step);
        var multiple = decimal.Ceiling(least / step) * step;
        yield return () => value < most ? value : least;
        foreach (var other in new[] { least, multiple + (number * step), multiple, most, decimal.Floor(most / step) * step, decimal.Floor(most), 0, 1, -1 })
        {
            yield return () => other;
        }
    }
}
