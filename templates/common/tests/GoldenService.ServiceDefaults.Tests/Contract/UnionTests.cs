namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;

/// <summary>Values that are one of several alternatives, and members that may be absent, null or there.</summary>
public sealed partial class UnionTests
{
    [Theory] // Fails when InputValue takes the first that fits for the only one, or says nothing of the closest.
    [InlineData("\"a\"", "text a", "")]
    [InlineData("1", "number 1", "")]
    [InlineData("{\"kind\":\"cat\",\"lives\":9}", "cat 9", "")]
    [InlineData("{\"kind\":\"cat\",\"lives\":\"9\"}", null, "$.lives: type")]
    [InlineData("{\"kind\":\"dog\"}", null, "$.name: required")]
    [InlineData("true", null, "$: type")]
    [InlineData("null", null, "$: type")]
    public void One_of(string json, string? pet, string failures)
    {
        var (value, noted) = Requests.Read(json, ReadPet);

        Assert.Equal((pet, failures), (noted is "" ? value : null, noted.Replace("lives", "$.lives", StringComparison.Ordinal).Replace("name", "$.name", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_of_is_one_and_any_of_the_first()
    {
        Assert.Equal("$: oneOf", Requests.Read("1", static value => value.OneOf<object>(static value => value.AsInt32(), static value => value.AsDouble())).Failures);
        Assert.Equal(1, Requests.Read("1", static value => value.AnyOf<object>(static value => value.AsInt32(), static value => value.AsDouble())).Value);
        Assert.Equal("$: type", Requests.Read("true", static value => value.AnyOf<object>(static value => value.AsInt32(), static value => value.AsDouble())).Failures);
    }

    [Theory]
    [InlineData("{\"kind\":\"cat\",\"lives\":9}", "cat 9", "")]
    [InlineData("{\"lives\":9,\"kind\":\"cat\"}", "cat 9", "")]
    [InlineData("{\"kind\":\"cow\"}", null, "$: enum")]
    [InlineData("{}", null, "kind: required")]
    [InlineData("{\"kind\":1}", null, "kind: type")]
    [InlineData("{\"kind\":null}", null, "kind: type")]
    [InlineData("{\"kind\":\"cat\",\"kind\":\"cat\",\"lives\":9}", "cat 9", "kind: unique")]
    [InlineData("{\"\\ud800\":1}", null, "$: format; kind: required")]
    [InlineData("[]", null, "$: type")]
    public void A_discriminator(string json, string? pet, string failures) =>
        Assert.Equal((pet, failures), Requests.Read(json, static value => value.Discriminator("kind") switch { "cat" => value.As(ReadCat), var other => value.Reject<string>(other, "cat") }));

    [Theory]
    [InlineData("{}", false, null)]
    [InlineData("{\"nick\":null}", true, null)]
    [InlineData("{\"nick\":\"a\"}", true, "a")]
    public void A_patch(string json, bool isSet, string? nick)
    {
        var (patch, failures) = Requests.Read(json, static value => value.AsMembers("nick") is var members ? new Patch { Nick = members.Patch<string?>("nick", static value => value.AsString()) } : null!);

        Assert.Equal((isSet, nick, ""), (patch.Nick.IsSet, patch.Nick.Value, failures));
        Assert.Equal(json, JsonSerializer.Serialize(patch, UnionJson.Default.Patch));
        Assert.Equal(patch, JsonSerializer.Deserialize(json, UnionJson.Default.Patch));
    }

    [Fact]
    public void Other_members()
    {
        var (others, failures) = Requests.Read("{\"a\":1,\"b\":2,\"c\":\"x\"}", static value => value.AsOpenMembers("a") is var members ? members.Others(static item => item.AsInt32()) : null!);
        Assert.Equal(("c: type", 2, 2), (failures, others["b"], others.Count));

        var (any, _) = Requests.Read("{\"a\":1,\"b\":null}", static value => value.AsOpenMembers("a") is var members ? members.Others() : null);
        Assert.Equal(JsonValueKind.Null, any!["b"].ValueKind);
        Assert.Null(Requests.Read("{\"a\":1}", static value => value.AsOpenMembers("a") is var members ? members.Others() : null).Value);
        Assert.Equal("b: unique", Requests.Read("{\"b\":1,\"b\":2}", static value => value.AsOpenMembers("a") is var members ? members.Others() : null).Failures);
    }

    // Fails when RequestFailures does not recall trials: each level would double the work.
    [Fact]
    public void Work_does_not_double_with_each_level()
    {
        var json = new StringBuilder();
        for (var level = 0; level < 60; level++)
        {
            json.Append("{\"left\":");
        }

        json.Append('1').Append(string.Concat(Enumerable.Repeat(",\"kind\":\"c\"}", 60)));
        var begin = Stopwatch.GetTimestamp();

        Assert.Equal((60, ""), Requests.Read(json.ToString(), ReadDepth));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_union_is_written_and_read_as_what_it_is()
    {
        Assert.Equal("[{\"lives\":9},\"a\"]", JsonSerializer.Serialize<List<Union>>([new Union.OfCat(new(9)), new Union.OfText("a")], UnionJson.Default.ListUnion));
        Assert.Equal([new Union.OfCat(new(9)), new Union.OfText("a")], JsonSerializer.Deserialize("[{\"lives\":9},\"a\"]", UnionJson.Default.ListUnion)!);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("[true]", UnionJson.Default.ListUnion));
    }

    private static string ReadPet(InputValue value) => value.OneOf(
        static value => $"text {value.AsString()}",
        static value => $"number {value.AsInt32()}",
        ReadCat,
        static value =>
        {
            var members = value.AsMembers("kind", "name");
            return $"{members.Required("kind").Const("dog").AsString()} {members.Required("name").AsString()}";
        });

    private static string ReadCat(InputValue value)
    {
        var members = value.AsMembers("kind", "lives");
        return $"{members.Required("kind").Const("cat").AsString()} {members.Required("lives").AsInt32()}";
    }

    private static int ReadDepth(InputValue value) => value.OneOf(
        static value => value.AsInt32() - 1,
        static value => ReadNode(value, "a"),
        static value => ReadNode(value, "b"),
        static value => ReadNode(value, "c"));

    private static int ReadNode(InputValue value, string kind)
    {
        var members = value.AsMembers("left", "kind");
        var left = members.Required("left").As(ReadDepth);
        _ = members.Required("kind").Const(kind).AsString();
        return left + 1;
    }

    internal sealed record Patch
    {
        [JsonPropertyName("nick")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public Optional<string?> Nick { get; init; }
    }

    internal sealed record Cat([property: JsonPropertyName("lives")] int Lives);

    [JsonConverter(typeof(Converter))]
    internal abstract record Union
    {
        internal sealed record OfCat(Cat Value) : Union;

        internal sealed record OfText(string Value) : Union;
    }

    internal sealed class Converter : UnionConverter<Union>
    {
        public override void Write(Utf8JsonWriter writer, Union value, JsonSerializerOptions options)
        {
            switch (value)
            {
                case Union.OfCat cat:
                    JsonSerializer.Serialize(writer, cat.Value, UnionJson.Default.Cat);
                    break;
                case Union.OfText text:
                    writer.WriteStringValue(text.Value);
                    break;
            }
        }

        protected override Union Read(JsonElement json) => FirstOf(
            json,
            static json => new Union.OfCat(From(json, UnionJson.Default.Cat)),
            static json => new Union.OfText(From(json, UnionJson.Default.String)));
    }

    [JsonSerializable(typeof(Patch))]
    [JsonSerializable(typeof(Cat))]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(List<Union>))]
    internal sealed partial class UnionJson : JsonSerializerContext;
}
