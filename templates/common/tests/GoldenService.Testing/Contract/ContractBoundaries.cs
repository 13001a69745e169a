namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using global::GoldenService.ServiceDefaults;

/// <summary>A request that keeps to the contract, or that breaks it.</summary>
/// <param name="Place">Where, as "in name".</param>
/// <param name="Keyword">The keyword of the contract that it is about.</param>
/// <param name="Request">The request.</param>
/// <param name="What">What stands there.</param>
/// <param name="Field">What a 400 calls the place.</param>
/// <param name="Rule">The rule that it breaks: empty where it may be reported in several ways, as in alternatives; null where it breaks none.</param>
public sealed record Variant(string Place, string Keyword, ContractRequest Request, string What, string? Field = null, string? Rule = null);

/// <summary>For each constraint on the requests of an operation, requests just inside it and just outside.</summary>
public sealed partial class ContractBoundaries
{
    // A URL and a header hold no more.
    private const int MostCharactersOfText = 4000;
    private const int MostCharacters = 1_000_000;
    private const int MostItems = 10_000;

    // What many members have in common is tried at a few of them.
    private const int MostVisits = 4;

    private static readonly string[] Annotations =
    [
        "description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml", "summary", "$comment", "$schema", "$id", "$anchor", "$vocabulary",
    ];

    private static readonly string[] Structure = ["properties", "items", "$ref", "allOf", "$defs", "definitions"];

    private readonly ContractDocument contract;
    private readonly ContractRequest example;
    private readonly bool isSigned;
    private readonly HashSet<JsonObject> around = [];
    private readonly Dictionary<JsonObject, int> visits = [];
    private readonly Dictionary<(string Place, string Keyword), string> excuses = [];

    public ContractBoundaries(ContractDocument contract, ContractOperation operation)
    {
        this.contract = contract;
        isSigned = operation.IsSigned;
        example = ContractRequest.Example(contract, operation);
        var parameters = operation.Parameters.Select(parameter => new ContractParameter(contract, parameter)).ToList();
        foreach (var parameter in parameters)
        {
            Parameter(operation, parameter);
        }

        if (!parameters.Exists(parameter => parameter.IsSpread && IsOpen(contract.Read(parameter.Schema))))
        {
            Variants.Add(new("query", "unknown", example with { MoreQuery = "surprise=1" }, "surprise", "surprise", "unknown"));
        }

        foreach (var media in operation.Bodies)
        {
            if (media.IsJson && media == example.Media)
            {
                Walk(new("$", "body", media.Schema, contract.Read(media.Schema), JsonNode.Parse(example.Json!), value => example with { Json = value?.ToJsonString() ?? "null" }));
                continue;
            }

            Constraints.Add(($"body {media.Type}", "schema"));
            Unbreakable[($"body {media.Type}", "schema")] = "only its example is tried";
            Variants.Add(new($"body {media.Type}", "schema", ContractRequest.Example(contract, operation, media), "the example"));
        }

        foreach (var (constraint, reason) in excuses.Where(excuse => Uncovered.Contains(excuse.Key)).ToList())
        {
            Unbreakable[constraint] = reason;
        }
    }

    public List<Variant> Variants { get; } = [];

    /// <summary>Every constraint of the contract, by place and keyword, whether or not there is a variant for it.</summary>
    public List<(string Place, string Keyword)> Constraints { get; } = [];

    /// <summary>Constraints that no request can break, and why.</summary>
    public Dictionary<(string Place, string Keyword), string> Unbreakable { get; } = [];

    /// <summary>Constraints that no variant breaks, though one should.</summary>
    public IEnumerable<(string Place, string Keyword)> Uncovered =>
        Constraints.Except(Variants.Where(variant => variant.Rule is not null).Select(variant => (variant.Place, variant.Keyword))).Except(Unbreakable.Keys);

    // Whether an object takes members of all names.
    private static bool IsOpen(ContractSchema schema) => schema.Alternatives is not [] || (schema.Types.Contains("object") && !schema.IsClosed && (schema.Properties.Count == 0 || schema.HasPatterns || schema.Keyword("additionalProperties").Any()));

    private void Parameter(ContractOperation operation, ContractParameter parameter)
    {
        var (where, name, key) = (parameter.Where, parameter.Name, parameter.Key);
        var current = example.Parameters.TryGetValue(key, out var given) ? given : parameter.Example(operation);
        var place = new Place(name, where, parameter.Schema, contract.Read(parameter.Schema), current, value => example with { Parameters = example.Parameters.SetItem(key, value) }) { Parameter = parameter };
        Constraints.Add((place.Title, "required"));
        if (where == "path")
        {
            Unbreakable[(place.Title, "required")] = "without it the path is another";
        }
        else if (where == "header" && TestedService.Current.IsSignature(name))
        {
            Unbreakable[(place.Title, "required")] = "what lacks it is not signed, and that is 401";
        }
        else if (parameter.IsRequired)
        {
            Variants.Add(new(place.Title, "required", example with { Parameters = example.Parameters.Remove(key) }, "left out", name, "required"));
        }
        else
        {
            Variants.Add(new(place.Title, "required", example with { Parameters = example.Parameters.Remove(key) }, "left out"));
            Unbreakable[(place.Title, "required")] = "it may be left out";
        }

        if (where == "query" && (parameter.IsJson || current is JsonValue || !parameter.IsSeveral))
        {
            // A list that is no several parameters is one.
            var pair = string.Join('&', parameter.Pairs(current));
            Variants.Add(new(place.Title, "unique", example with { Parameters = example.Parameters.Remove(key), MoreQuery = $"{pair}&{pair}" }, "given twice", name, "unique"));
        }

        Walk(place);
    }

    private void Walk(Place place)
    {
        var read = place.Read;
        var identity = read.Identity ?? [];
        var isLarge = read.Properties.Count > 0 || read.Alternatives is not [];
        visits[identity] = visits.GetValueOrDefault(identity) + 1;
        if ((isLarge && visits[identity] > MostVisits) || !around.Add(identity))
        {
            Constraints.Add((place.Title, "$ref"));
            Unbreakable[(place.Title, "$ref")] = "its schema is tried at other places";
            return;
        }

        // Each alternative has the members and the limits of the whole.
        var isDivided = read.Alternatives is not [] && read.Properties.Count > 0;
        foreach (var (part, keyword, value) in from part in read.Parts from member in part select (part, member.Key, member.Value))
        {
            var isPassed = Annotations.Contains(keyword) || Structure.Contains(keyword) || keyword.StartsWith("x-", StringComparison.Ordinal);
            if (!isPassed && (!isDivided || keyword is "oneOf" or "anyOf" or "discriminator"))
            {
                Constraints.Add((place.Title, keyword));
                if (Constraint(place, part, keyword, value) && IsUncertain(place))
                {
                    excuses.TryAdd((place.Title, keyword), "what breaks it fits otherwise");
                }
            }
        }

        if (!place.IsText && !read.IsNullable)
        {
            Outside(place, "type", null, "type");
        }

        if (read.Alternatives is not [])
        {
            Alternatives(place);
        }
        else
        {
            Members(place with { Current = Of(place, "object") });
            Items(place with { Current = Of(place, "array") });
        }

        around.Remove(identity);
    }

    private void Alternatives(Place place)
    {
        foreach (var (index, alternative) in place.Read.Alternatives.Index())
        {
            if (!TrySample(alternative.Schema, out var sample))
            {
                Excuse(place, "oneOf", "the tests can make no value of one of its alternatives");
                continue;
            }

            var tagged = sample is JsonObject members && place.Read.Discriminator is { } tag && alternative.Values is [var first, ..] && !members.ContainsKey(tag) ? Changed(members, tag, first) : sample;
            Try(place, place.Read.IsAnyOf ? "anyOf" : "oneOf", tagged);
            if (place.IsText)
            {
                // Another text may be the same value.
                continue;
            }

            if (isSigned && place.Parent is null && place.Read.Discriminator is { } type)
            {
                var title = $"{place.Where} {place.Inner(type)}{place.Suffix} as {index + 1}";
                excuses.TryAdd((title, "enum"), "an event of another type is accepted");
                excuses.TryAdd((title, "const"), "an event of another type is accepted");
            }

            Walk(new(place.Name, place.Where, alternative.Schema, contract.Read(alternative.Schema), tagged, place.With)
            {
                Suffix = $"{place.Suffix} as {index + 1}",
                Parent = place,
                InParent = value => value,
                Tags = alternative.Values,
                Parameter = place.Parameter,
            });
        }
    }

    // The example of a value of several types may be of another.
    private JsonNode? Of(Place place, string type) =>
        place.Read.Types.Count > 1 && place.Read.Types.Contains(type) && !(type == "object" ? place.Current is JsonObject : place.Current is JsonArray)
        && TrySample(new JsonObject { ["allOf"] = new JsonArray(place.Schema?.DeepClone(), new JsonObject { ["type"] = type }) }, out var sample)
            ? sample
            : place.Current;

    private void Members(Place place)
    {
        foreach (var (name, schema) in place.Read.Properties)
        {
            if (place.Current is JsonObject members)
            {
                Member(place, members, name, schema);
            }
        }

        if (place is { Read: { OtherValues: { } others } read, Current: JsonObject map })
        {
            Member(place, map, map.Select(member => member.Key).FirstOrDefault(name => !read.Properties.ContainsKey(name)) ?? "name0", others);
        }
    }

    private void Member(Place place, JsonObject members, string name, JsonNode? schema)
    {
        var read = contract.Read(schema);
        if (read.IsReadOnly && !members.ContainsKey(name))
        {
            return;
        }

        if (members[name] is not { } current && !TrySample(schema, out current) && !members.ContainsKey(name))
        {
            Constraints.Add(($"{place.Where} {place.Inner(name)}{place.Suffix}", "example"));
            Unbreakable[($"{place.Where} {place.Inner(name)}{place.Suffix}", "example")] = "the tests can make no value of it, so only the example of the contract is tried";
            return;
        }

        Walk(new(place.Inner(name), place.Where, schema, read, current, value => place.With(Changed(members, name, value)))
        {
            Suffix = place.Suffix,
            Parent = place,
            InParent = value => Changed(members, name, value),
            Parameter = place.Parameter,
        });
    }

    private void Items(Place place)
    {
        if (place.Current is not JsonArray list || place.Read.Items is not { } items || contract.Read(items).IsNever || (list is not [{ }, ..] && !TrySample(items, out _)))
        {
            return;
        }

        JsonArray With(JsonNode? value) => [value?.DeepClone(), .. list.Skip(1).Select(item => item?.DeepClone())];
        Walk(new($"{place.Name}[0]", place.Where, items, contract.Read(items), list is [{ } there, ..] ? there : ContractValues.Sample(contract, items), value => place.With(With(value)))
        {
            Suffix = place.Suffix,
            Parent = place,
            InParent = With,
            Parameter = place.Parameter,
        });
    }

    private bool TrySample(JsonNode? schema, out JsonNode? sample, int number = 0)
    {
        try
        {
            sample = ContractValues.Sample(contract, schema, number);
            return true;
        }
        catch (NoSampleException)
        {
            sample = null;
            return false;
        }
    }

    private static JsonObject Changed(JsonObject members, string name, JsonNode? value, bool isGone = false)
    {
        var changed = members.DeepClone().AsObject();
        changed.Remove(name);
        if (!isGone)
        {
            changed.Add(name, value?.DeepClone());
        }

        return changed;
    }

    private void Try(Place place, string keyword, params JsonNode?[] values)
    {
        foreach (var value in values)
        {
            TryRule(place, keyword, keyword, value);
        }
    }

    // Whether a value is inside or outside is what the tests' own reading of the schema says.
    private void TryRule(Place place, string keyword, string rule, JsonNode? value)
    {
        var failures = new SchemaCheck(contract, isRequest: true).Failures(place.Schema, JsonSerializer.SerializeToElement(value), "$").ToList();
        var isRule = failures.Exists(failure => failure.Keyword == rule) && failures.TrueForAll(failure => failure.Place == "$");
        if (failures is [var other, ..] && rule != "" && !failures.Exists(failure => failure.Keyword == rule))
        {
            // It breaks something else, and so shows nothing of the keyword.
            keyword = other.Keyword;
        }

        Add(place, keyword, value, Show(value), place.Name, isRule ? rule : "", failures.Count > 0);
    }

    private void Outside(Place place, string keyword, JsonNode? value, string rule) => Add(place, keyword, value, Show(value), place.Name, rule, isOutside: true);

    private void Add(Place place, string keyword, JsonNode? value, string what, string field, string rule, bool isOutside)
    {
        if (!place.Takes(value))
        {
            Excuse(place, keyword, "what breaks it cannot be written there");
            return;
        }

        var (breaks, isCertain) = Judge(place, value, isOutside);
        var request = place.With(value);
        what = what.Length > 80 ? $"{what[..80]}..." : what;
        Variants.Add(breaks ? new(place.Title, keyword, request, what, field, isCertain ? rule : "") : new(place.Title, keyword, request, what));
    }

    // What a place says of a value holds unless it is one of several alternatives, or a condition around it is about other parts too.
    private (bool IsOutside, bool IsCertain) Judge(Place place, JsonNode? value, bool isOutside)
    {
        var isCertain = place.Read.Values is not [_];
        IReadOnlyList<string> tags = [];
        var at = place;
        while (true)
        {
            var element = JsonSerializer.SerializeToElement(value);
            var check = new SchemaCheck(contract, isRequest: true);
            if (IsOtherEvent(at, value))
            {
                return (false, true);
            }

            if (at.IsUnion && !(at.Read.Discriminator is { } tag && value is JsonObject members && members[tag] is JsonValue given && tags.Contains(ContractRequest.Text(given))))
            {
                (isOutside, isCertain) = (check.Failures(at.Schema, element, "$").Any(), false);
            }
            else if (check.Conditions(at.Read, element).Any())
            {
                (isOutside, isCertain) = (true, false);
            }

            if (at.Parent is not { } parent)
            {
                return (isOutside, isCertain);
            }

            (value, tags, at) = (at.InParent(value), at.Tags, parent);
        }
    }

    // An event of a type that the contract does not have is accepted, and nothing happens.
    private bool IsOtherEvent(Place place, JsonNode? value) =>
        isSigned && place.Parent is null && place.Read.Discriminator is { } tag && value is JsonObject members && members[tag] is JsonValue given && given.GetValueKind() == JsonValueKind.String
        && !place.Read.Alternatives.SelectMany(alternative => alternative.Values).Contains((string)given!);

    // Whether what breaks a constraint of a place may fit all the same, or break another.
    private static bool IsUncertain(Place place)
    {
        for (var at = place; at is not null; at = at.Parent)
        {
            if (at.IsUnion || at.HasConditions || at.Read.Values is [_])
            {
                return true;
            }
        }

        return false;
    }

    private void Excuse(Place place, string keyword, string reason) => excuses.TryAdd((place.Title, keyword), reason);

    private void Exempt(Place place, string keyword, bool isUnbreakable, string reason)
    {
        if (isUnbreakable)
        {
            Unbreakable[(place.Title, keyword)] = reason;
        }
    }

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";

    /// <summary>Where a value stands: its name in the errors, what it is in the example, and the request that has another value there.</summary>
    private sealed record Place(string Name, string Where, JsonNode? Schema, ContractSchema Read, JsonNode? Current, Func<JsonNode?, ContractRequest> With)
    {
        /// <summary>Tells alternatives of one place apart.</summary>
        public string Suffix { get; init; } = "";

        public Place? Parent { get; init; }

        /// <summary>What the value around it is, with another value there.</summary>
        public Func<JsonNode?, JsonNode?> InParent { get; init; } = value => value;

        /// <summary>The values of the discriminator that stand for it.</summary>
        public IReadOnlyList<string> Tags { get; init; } = [];

        /// <summary>The parameter that it is a part of.</summary>
        public ContractParameter? Parameter { get; init; }

        public string Title => $"{Where} {Name}{Suffix}";

        public bool IsText => Parameter is { IsJson: false };

        public bool IsUnion => Read.Alternatives is not [] || (Read.Types.Count > 1 && Read.Values is null);

        public bool HasConditions => Read.Conditions is not [] || SchemaCheck.HasConditions(Read);

        public string Inner(string name) => Name == "$" ? name : $"{Name}.{name}";

        /// <summary>Whether a request can have the value there.</summary>
        public bool Takes(JsonNode? value) => Parent is not null ? Parent.Takes(InParent(value)) : Parameter?.Takes(value) ?? true;
    }
}
