namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

/// <summary>Values for a schema of the contract.</summary>
public static class ContractValues
{
    /// <summary>The least value that keeps to the schema; another for each number, where the schema has others.</summary>
    public static JsonNode Sample(ContractDocument contract, JsonNode reference, int number = 0)
    {
        var schema = contract.Resolve(reference);
        if (schema["enum"] is JsonArray values)
        {
            return values[number % values.Count]!.DeepClone();
        }

        if (contract.Alternatives(schema) is [var (type, alternative), ..])
        {
            var sample = Sample(contract, alternative, number);
            if (type is not null)
            {
                sample[(string)schema["discriminator"]!["propertyName"]!] = type;
            }

            return sample;
        }

        return (string?)schema["type"] switch
        {
            "object" => new JsonObject((schema["required"]?.AsArray() ?? []).Select(name =>
                KeyValuePair.Create((string)name!, (JsonNode?)Sample(contract, schema["properties"]![(string)name!]!, number)))),
            "array" => new JsonArray([.. Enumerable.Range(0, Math.Max(1, (int?)Limit(schema, "minItems") ?? 1)).Select(index => Sample(contract, schema["items"]!, number + index))]),
            "string" => (string?)schema["format"] switch
            {
                "uuid" => $"00000000-0000-4000-8000-{number:x12}",
                "date" => "2026-01-15",
                "date-time" => "2026-01-15T09:30:00Z",
                _ => Text(schema, (int)Math.Max(Limit(schema, "minLength") ?? 1, 1), number),
            },
            "boolean" => number % 2 == 1,
            _ => Number(schema, number),
        };
    }

    /// <summary>A text of so many characters that matches the pattern, if there is one and it allows for the length.</summary>
    public static string Text(JsonObject schema, int length, int number = 0) => schema["pattern"] is { } pattern
        ? new ContractPattern((string)pattern!).Text(length, number)
        : string.Concat(Enumerable.Range(0, length).Select(position => (char)('a' + (number / (int)Math.Pow(26, Math.Min(position, 6)) % 26))));

    public static decimal? Limit(JsonObject schema, string name) => (decimal?)schema[name];

    /// <summary>How far apart two values are at least, or near enough.</summary>
    public static decimal Step(JsonObject schema) => Limit(schema, "multipleOf") ?? (ContractSchemas.Is(schema, "integer") ? 1 : 0.01m);

    private static decimal Number(JsonObject schema, int number)
    {
        var least = (Limit(schema, "minimum") ?? 1) + ((bool?)schema["exclusiveMinimum"] == true ? Step(schema) : 0);
        var value = least + (number * Step(schema));
        return value < (Limit(schema, "maximum") ?? decimal.MaxValue) ? value : least;
    }
}
