namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <content>Alternatives and conditions: values that fit them and values that do not are found by trying.</content>
public sealed partial class ContractBoundaries
{
    private const int MostTried = 300;
    private const int MostKept = 10;

    private static readonly string[] Conditions = ["not", "if", "then", "else", "contains", "oneOf", "anyOf", "propertyNames", "dependentSchemas", "dependentRequired", "prefixItems", "minContains", "maxContains", "patternProperties"];

    private static JsonNode?[] Anything => [null, 0, 1, -1, 1.5m, 1_000_000, "", "a", "~", "0", new string('a', 300), true, false, new JsonObject(), new JsonObject { ["surprise"] = 1 }, new JsonArray(), new JsonArray(1), new JsonArray("a", "a", "a", "a", "a")];

    private void OneOf(Place place, string keyword)
    {
        if (place.IsText)
        {
            Exempt(place, keyword, true, "a text may be read in several ways");
            return;
        }

        foreach (var value in Anything)
        {
            TryRule(place, keyword, "", value);
        }

        Excuse(place, keyword, "no value was found that breaks it");
    }

    private void Condition(Place place, JsonObject part, string keyword)
    {
        var check = new SchemaCheck(contract, isRequest: true);
        var (inside, outside) = (0, 0);
        foreach (var value in Pool(place).Where(place.Takes).DistinctBy(Show).Take(MostTried))
        {
            var element = JsonSerializer.SerializeToElement(value);
            if (!check.Fits(part, keyword, element) && outside++ < MostKept)
            {
                Add(place, keyword, value, Show(value), place.Name, "", isOutside: true);
            }
            else if (!check.Failures(place.Schema, element, "$").Any() && inside++ < MostKept)
            {
                Add(place, keyword, value, Show(value), place.Name, "", isOutside: false);
            }
        }

        Exempt(place, keyword, outside == 0, "no value was found that breaks it");
    }

    // Values near the example, and near what each condition is about.
    private IEnumerable<JsonNode?> Pool(Place place)
    {
        var parts = place.Read.Parts;
        var rest = new JsonArray([.. parts.Select(part => Without(part, Conditions))]);
        var looser = new JsonArray([.. parts.Select(part => Without(part, [.. Conditions, "required"]))]);
        var schemas = parts.SelectMany(part => part).SelectMany(member => member.Key switch
        {
            "not" or "if" or "then" or "else" => [member.Value],
            "oneOf" or "anyOf" => member.Value!.AsArray(),
            "contains" => [new JsonObject { ["type"] = "array", ["items"] = member.Value!.DeepClone() }],
            "dependentSchemas" or "dependentRequired" => member.Value!.AsObject().Select(one => new JsonObject { ["required"] = new JsonArray(one.Key) }),
            _ => Enumerable.Empty<JsonNode?>(),
        }).ToList();
        List<JsonNode?> bases = [place.Current];
        foreach (var schema in schemas.Prepend(new JsonObject()))
        {
            foreach (var around in new[] { rest, looser })
            {
                if (TrySample(new JsonObject { ["allOf"] = new JsonArray([.. around.Select(one => one?.DeepClone()), schema?.DeepClone()]) }, out var sample))
                {
                    bases.Add(sample);
                }
            }
        }

        return bases.Concat(bases.SelectMany(value => value switch
        {
            JsonObject members => Near(place.Read, members),
            JsonArray items => Near(items),
            JsonValue text when text.TryGetValue<string>(out var characters) => [$"{characters}~", $"{characters}{characters}", characters.ToUpperInvariant(), "", "~", "0", "a", "b", new string('a', 300)],
            JsonValue number when number.TryGetValue<decimal>(out var amount) => [amount + 1, amount - 1, 0, -1, 1_000_000, 0.5m],
            _ => Enumerable.Empty<JsonNode?>(),
        }));
    }

    private IEnumerable<JsonNode?> Near(ContractSchema schema, JsonObject members)
    {
        foreach (var name in members.Select(member => member.Key))
        {
            yield return Changed(members, name, null, isGone: true);
        }

        var patterns = schema.Keyword("patternProperties").SelectMany(all => all.AsObject()).Select(pattern => (pattern.Key, pattern.Value)).ToList();
        foreach (var (name, value) in schema.Properties.Select(property => (property.Key, property.Value)).Concat(patterns.Select(pattern => (NameOf(pattern.Key), pattern.Value))))
        {
            if (!members.ContainsKey(name) && TrySample(value, out var sample))
            {
                yield return Changed(members, name, sample);
            }
        }

        foreach (var name in members.Select(member => member.Key).Concat(patterns.Select(pattern => NameOf(pattern.Key))).Concat(["surprise", new string('n', 300)]))
        {
            foreach (var value in new JsonNode?[] { 1, "~", true })
            {
                yield return Changed(members, name, value);
            }
        }
    }

    private static IEnumerable<JsonNode?> Near(JsonArray items)
    {
        yield return new JsonArray();
        foreach (var more in new JsonNode?[] { 1, "~", null, true })
        {
            yield return new JsonArray([.. items.Select(item => item?.DeepClone()), more?.DeepClone()]);
            for (var index = 0; index < items.Count; index++)
            {
                yield return new JsonArray([.. items.Select((item, at) => at == index ? more?.DeepClone() : item?.DeepClone())]);
            }
        }

        for (var count = 1; items.Count > 0 && count < 10; count++)
        {
            yield return new JsonArray([.. Enumerable.Repeat(items[0], count).Select(item => item?.DeepClone())]);
        }
    }

    private static string NameOf(string pattern)
    {
        try
        {
            return new ContractPattern(pattern).Text(0, 0);
        }
        catch (System.FormatException)
        {
            return "surprise";
        }
    }

    // References and allOf are parts of their own.
    private static JsonObject Without(JsonObject part, string[] keywords) =>
        new(part.Where(member => !keywords.Contains(member.Key) && member.Key is not ("$ref" or "allOf" or "title" or "description" or "example" or "examples")).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
}
