namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using FluentValidation;
using Xunit;

/// <summary>The limits of JSON Schema as rules.</summary>
public sealed class LimitTests
{
    [Theory] // Fails when ContractLimits divides doubles.
    [InlineData(0.3, 0.1, true)]
    [InlineData(1.1, 0.1, true)]
    [InlineData(0.35, 0.1, false)]
    [InlineData(19.99, 0.01, true)]
    [InlineData(1e300, 0.01, true)]
    [InlineData(1e-300, 0.01, false)]
    [InlineData(0, 0.01, true)]
    [InlineData(-4.5, 1.5, true)]
    public void A_multiple_is_one_in_decimal_numbers(double value, double divisor, bool isMultiple) =>
        Assert.Equal(isMultiple, Check(new Model { Double = value }, rules => rules.RuleFor(model => model.Double).MultipleOf(divisor)) is "");

    [Fact]
    public void Every_kind_of_value_has_limits()
    {
        var model = new Model { Double = 1, Nick = "abc", Age = 3, Tags = ["a", "bbb", null], Lists = [[1, 5], [9]], Map = new Dictionary<string, int> { ["a"] = 1, ["b"] = 9 }, Any = JsonElement.Parse("[1]"), Lines = [new() { Tag = "AB", Quantity = 0 }] };

        Assert.Equal(
            "nick: maxLength; age: maximum; tags[1]: maxLength; lists[0][1]: maximum; lists[1][0]: maximum; map: maxProperties; map.b: maximum; any: enum; lines[0].quantity: minimum; double: enum",
            Check(model, rules =>
            {
                rules.RuleFor(model => model.Nick.Value).MaxLength(2);
                rules.RuleFor(model => model.Age.Value).Maximum(2);
                rules.RuleFor(model => model.Tags).Each(item => item.MaxLength(2));
                rules.RuleFor(model => model.Lists).Each(item => item.Each(item => item.Maximum(4)));
                rules.RuleFor(model => model.Map).MaxProperties(1).EachValue(value => value.Maximum(4));
                rules.RuleFor(model => model.Any).Values("[1,2]", "true");
                rules.RuleFor(model => model.Lines).Each(PartRules.Instance);
                rules.RuleFor(model => model.Double).Values("1.5", "2");
            }));
        Assert.Equal("", Check(new Model { Any = JsonElement.Parse("1.0"), Double = 2 }, rules =>
        {
            rules.RuleFor(model => model.Nick.Value).MinLength(2);
            rules.RuleFor(model => model.Age.Value).Minimum(2);
            rules.RuleFor(model => model.Tags).MinItems(1).Each(item => item.MaxLength(2));
            rules.RuleFor(model => model.Any).Values("1");
            rules.RuleFor(model => model.Double).Values("2.0");
        }));
    }

    [Theory] // Fails when only the members of the contract count, or where the limit is noted as a value that cannot be read.
    [InlineData("{}", "$: minProperties; tag: required; quantity: required")]
    [InlineData("{\"other\":1}", "tag: required; quantity: required")]
    [InlineData("{\"tag\":\"a\",\"quantity\":1}", "")]
    [InlineData("{\"tag\":\"a\",\"quantity\":1,\"other\":1}", "$: maxProperties")]
    [InlineData("[]", "$: type")]
    public void An_object_has_limits_of_its_members(string json, string failures) => Assert.Equal(failures, Requests.Read(json, static value =>
    {
        var members = value.AsOpenMembers("tag", "quantity");
        members.Limit(minProperties: 1, maxProperties: 2);
        return new Part { Tag = members.Required("tag").AsString(), Quantity = members.Required("quantity").AsInt32() };
    }).Failures);

    [Theory] // Fails when items are compared by reference.
    [InlineData("[[1,2],[1,2.0]]", false)]
    [InlineData("[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", false)]
    [InlineData("[1,\"1\",true,null,{},[]]", true)]
    public void Items_are_unique_by_their_content(string json, bool areUnique) =>
        Assert.Equal(areUnique, Check(new Model { Items = [.. JsonElement.Parse(json).EnumerateArray()] }, rules => rules.RuleFor(model => model.Items).UniqueItems()) is "");

    [Fact]
    public void Lists_in_items_are_compared_too()
    {
        Box[] boxes = [new() { Lines = [new() { Tag = "A", Quantity = 1 }] }, new() { Lines = [new() { Tag = "A", Quantity = 1 }] }];

        Assert.Equal("boxes: uniqueItems", Check(new Model { Boxes = boxes }, rules => rules.RuleFor(model => model.Boxes).UniqueItems()));
    }

    // Fails when LimitValidator or RuleForEach does not stop.
    [Fact]
    public void A_hundred_failures_are_enough()
    {
        var rules = new Rules();
        var checks = 0;
        rules.RuleForEach(model => model.Numbers).Must(_ => checks++ >= 0).Maximum(0);

        var failures = CheckBudget.Validate(rules, new Model { Numbers = [.. Enumerable.Range(1, 1000)] }, new RequestFailures());

        Assert.Equal((100, 100), (failures.Count, checks));
    }

    // Fails when an unreadable value is checked as if it were the default, or what is in it.
    [Fact]
    public async Task What_cannot_be_read_breaks_no_limit()
    {
        var reader = Requests.WithBody("{\"lines\":[{\"tag\":1,\"quantity\":\"1\"},{\"tag\":\"\",\"quantity\":0}]}");
        reader.Check(await reader.JsonBody(Box.Read), BoxRules.Instance);

        Assert.Equal("lines[0].tag: type; lines[0].quantity: type; lines[1].tag: pattern; lines[1].quantity: minimum", Requests.Of(reader));
    }

    private static string Check(Model model, Action<Rules> limits)
    {
        var rules = new Rules();
        limits(rules);
        return string.Join("; ", rules.Validate(model).Errors.Select(failure => $"{failure.PropertyName}: {failure.ErrorCode}"));
    }

    private sealed class Rules : ContractValidator<Model>;

    private sealed record Model
    {
        public double Double { get; init; }

        public Optional<string?> Nick { get; init; }

        public Optional<int?> Age { get; init; }

        public IReadOnlyList<string?>? Tags { get; init; }

        public IReadOnlyList<IReadOnlyList<int>>? Lists { get; init; }

        public IReadOnlyDictionary<string, int>? Map { get; init; }

        public JsonElement Any { get; init; }

        public IReadOnlyList<JsonElement>? Items { get; init; }

        public IReadOnlyList<Part>? Lines { get; init; }

        public IReadOnlyList<Box>? Boxes { get; init; }

        public IReadOnlyList<int> Numbers { get; init; } = [];
    }
}
