namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

/// <summary>Whatever a body of one megabyte holds, reading and checking it takes little.</summary>
public sealed class WorkTests(ITestOutputHelper output)
{
    private const int Size = 1_000_000;

    public static TheoryData<string, string, string> Bodies { get; } = new()
    {
        { "items beyond maxItems", Repeat("{\"lines\":[", "0", "]}"), nameof(Box) },
        { "lines beyond maxItems", Repeat("{\"lines\":[", "{\"tag\":\"\",\"quantity\":0}", "]}"), nameof(Box) },
        { "items of a wrong type", Repeat("{\"lines\":[", "0", "]}"), "unbounded" },
        { "empty items", Repeat("{\"lines\":[", "{}", "]}"), "unbounded" },
        { "items that break limits", Repeat("{\"lines\":[", "{\"tag\":\"\",\"quantity\":0}", "]}"), "unbounded" },
        { "one unknown name", Repeat("{", "\"\":0", "}"), nameof(Box) },
        { "unknown names", "{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"a{i:x}\":0")) + "}", nameof(Box) },
        { "a known name", Repeat("{", "\"lines\":0", "}"), nameof(Box) },
        { "long unknown names", "{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"{new string('a', 10_000)}{i}\":0")) + "}", nameof(Box) },
        { "names that are no Unicode", Repeat("{", "\"\\ud800\":0", "}"), nameof(Box) },
        { "one name in a map", Repeat("{", "\"\":0", "}"), "map" },
        { "names in a map", "{" + string.Join(',', Enumerable.Range(0, 90_000).Select(i => $"\"a{i:x}\":0")) + "}", "map" },
        { "ignored names", "{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"a{i:x}\":0")) + "}", "open" },
        { "integers", Repeat("[", "0", "]"), "integers" },
        { "integers with exponents", Repeat("[", "1e999999999", "]"), "integers" },
        { "unique integers", "[" + string.Join(',', Enumerable.Range(0, 140_000)) + "]", "unique" },
        { "a number", new string('9', Size), "number" },
        { "a string", $"\"{new string('a', Size)}\"", "pattern" },
        { "strings that are no Unicode", Repeat("[", "\"\\ud800\"", "]"), "strings" },
        { "unions", Repeat("[", "{\"kind\":\"d\"}", "]"), "unions" },
        { "any value", Repeat("[", "\"\\u0061\"", "]"), "any" },
    };

    // Fails when InputValue reads on after a broken bound or a hundred failures, or a failure costs more the more there are.
    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Work_is_bounded(string name, string body, string how)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        _ = await Measure(bytes, how);
        var (time, memory, response) = await Measure(bytes, how);

        output.WriteLine($"{name} ({how}): {time.TotalMilliseconds:0.0} ms, {memory / 1e6:0.0} MB, response {response} bytes");
        Assert.InRange(memory, 0, how == "unions" ? 40_000_000 : 20_000_000);
        Assert.InRange(response, 0, 50_000);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(30)); // It is hundredths of a second on a machine that does nothing else; what is not linear takes minutes.
    }

    // Fails when each alternative or condition has a time of its own (a hundred would take 25 s), and when what was not found out counts as met.
    [Fact]
    public async Task Patterns_that_backtrack_share_the_time_of_a_request()
    {
        const string slow = "^(?=a)(a|aa)+$";
        var condition = new JsonCondition("not", "must not match", $$""" {"not":{"pattern":"{{slow}}"} } """);
        var rules = new BacktrackingRules(slow);
        var reader = Requests.WithBody("[" + string.Join(',', Enumerable.Repeat($"\"{new string('a', 40)}b\"", 100)) + "]");
        var clock = Stopwatch.StartNew();

        _ = await reader.JsonBody(value => value.AsList(item => item.Must(condition).OneOf(
            one => one.As(static text => text.AsString(), rules),
            static one => one.AsInt32().ToString(CultureInfo.InvariantCulture))));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(["not: must not match."], reader.Failures.ToDictionary()["$[49]"].Take(1));
    }

    private static async Task<(TimeSpan Time, long Memory, int Response)> Measure(byte[] body, string how)
    {
        var reader = Requests.WithBody(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        switch (how)
        {
            case nameof(Box):
                reader.Check(await reader.JsonBody(Box.Read), BoxRules.Instance);
                break;
            case "unbounded":
                reader.Check(await reader.JsonBody(Box.ReadUnbounded), BoxRules.Instance);
                break;
            case "map":
                _ = await reader.JsonBody(static value => value.AsMap(static item => item.AsInt32()));
                break;
            case "open":
                _ = await reader.JsonBody(static value => value.AsOpenMembers("one", "two", "three").Optional("two")?.AsInt32());
                break;
            case "integers":
                _ = await reader.JsonBody(static value => value.AsList(static item => item.AsInt32()));
                break;
            case "unique":
                reader.Check(new Numbers(await reader.JsonBody(static value => value.AsList(static item => item.AsInt32()))), new NumbersRules());
                break;
            case "number":
                _ = await reader.JsonBody(static value => value.AsInt64());
                break;
            case "pattern":
                reader.Check(new Text(await reader.JsonBody(static value => value.AsString())), new TextRules());
                break;
            case "strings":
                _ = await reader.JsonBody(static value => value.AsList(static item => item.AsString()));
                break;
            case "unions":
                _ = await reader.JsonBody(static value => value.AsList(static item => item.OneOf(
                    static item => item.AsMembers("kind").Required("kind").Const("a").AsString(),
                    static item => item.AsMembers("kind").Required("kind").Const("b").AsString(),
                    static item => item.AsMembers("kind").Required("kind").Const("d").AsString())));
                break;
            case "any":
                _ = await reader.JsonBody(static value => value.AsJson());
                break;
        }

        var response = JsonSerializer.SerializeToUtf8Bytes(reader.Failures.ToDictionary()).Length;
        return (clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before, response);
    }

    private static string Repeat(string begin, string item, string end)
    {
        var text = new StringBuilder(begin).Append(item);
        while (text.Length + item.Length + end.Length + 1 < Size)
        {
            text.Append(',').Append(item);
        }

        return text.Append(end).ToString();
    }

    private sealed class BacktrackingRules : ContractValidator<ContractItem<string>>
    {
        public BacktrackingRules(string pattern) => RuleFor(item => item.Value).Pattern(pattern);
    }

    private sealed record Numbers(IReadOnlyList<int> Items);

    private sealed class NumbersRules : ContractValidator<Numbers>
    {
        public NumbersRules() => RuleFor(value => value.Items).UniqueItems();
    }

    private sealed record Text(string Value);

    private sealed class TextRules : ContractValidator<Text>
    {
        public TextRules() => RuleFor(value => value.Value).Pattern(@"(a|b)+[\w]{1,30}c$").Pattern(@"^(a+)+(?!a)b$");
    }
}
