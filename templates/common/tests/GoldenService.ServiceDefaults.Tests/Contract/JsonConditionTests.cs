namespace GoldenService.ServiceDefaults.Tests;

using System.Text.Json;
using Xunit;

public sealed class JsonConditionTests
{
    // Fails when JsonCondition takes a keyword for another, or for a value of another type.
    [Theory]
    [InlineData("""{"type":"integer"}""", "[1, 1.0, 1e2]", """[1.5, "1", null]""")]
    [InlineData("""{"type":["string","null"]}""", """["a", null]""", "[1, {}, []]")]
    [InlineData("""{"enum":[1,"a",{"b":[2]}]}""", """[1, 1.0, "a", {"b":[2]}]""", """[2, "b", {"b":[3]}, null]""")]
    [InlineData("""{"const":{"a":1,"b":2}}""", """[{"b":2,"a":1}]""", """[{"a":1}, 1]""")]
    [InlineData("""{"allOf":[{"minimum":2},{"maximum":4}]}""", """[2, 4, "a"]""", "[1, 5]")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":2}]}""", """["a", 2]""", "[1]")]
    [InlineData("""{"oneOf":[{"minimum":2},{"maximum":4}]}""", "[1, 5]", """[2, 3, "a"]""")]
    [InlineData("""{"not":{"required":["a","b"]}}""", """[{"a":1}, {"b":1}]""", """[{"a":1,"b":1}, 5]""")]
    [InlineData("""{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"maximum":5}}""", "[20, 3]", "[15, 7]")]
    [InlineData("""{"required":["a"]}""", """[{"a":null}, 1]""", "[{}]")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """[{"a":"b"}, {}, []]""", """[{"a":1}]""")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"string"}}""", """[{"a":1,"b":"c"}]""", """[{"b":1}]""")]
    [InlineData("""{"properties":{"a":{}},"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":false}""", """[{"a":"b","x1":1}]""", """[{"x1":"b"}, {"b":1}]""")]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", """[{"ab":1}]""", """[{"abc":1}]""")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """[{"b":1}, {"a":1,"b":1}]""", """[{"a":1}]""")]
    [InlineData("""{"dependentSchemas":{"a":{"required":["b"]}}}""", "[{}]", """[{"a":1}]""")]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", """[{"a":1}]""", """[{}, {"a":1,"b":1,"c":1}]""")]
    [InlineData("""{"prefixItems":[{"type":"string"},{"type":"integer"}],"items":false}""", """[["a",1], ["a"], []]""", """[["a","b"], ["a",1,2]]""")]
    [InlineData("""{"items":{"type":"integer"}}""", "[[1,2]]", """[[1,"2"]]""")]
    [InlineData("""{"contains":{"const":7}}""", "[[1,7]]", "[[1], []]")]
    [InlineData("""{"contains":{"const":7},"minContains":0,"maxContains":1}""", "[[], [7]]", "[[7,7]]")]
    [InlineData("""{"minItems":1,"maxItems":2,"uniqueItems":true}""", "[[1,2]]", "[[], [1,1], [1,2,3], [1,1.0]]")]
    [InlineData("""{"minLength":2,"maxLength":2}""", "[\"ab\", \"\U0001F600\U0001F600\", 1]", "[\"a\", \"\U0001F600\"]")]
    [InlineData("""{"pattern":"^a"}""", """["ab", 1]""", """["ba"]""")]
    [InlineData("""{"exclusiveMinimum":0.1,"exclusiveMaximum":0.3}""", "[0.2, 0.10000000001]", "[0.1, 0.3]")]
    [InlineData("""{"multipleOf":0.1}""", """[0.3, 1e300, "a"]""", "[0.35]")]
    [InlineData("""{"maximum":1e400}""", "[1]", "[]")]
    [InlineData("false", "[]", """[1, {}, "a"]""")]
    [InlineData("""{"title":"a","format":"email"}""", """["b", 1]""", "[]")]
    public void It_is_met_as_JSON_Schema_says(string schema, string fitting, string others)
    {
        var condition = new JsonCondition("rule", "message", schema);
        Assert.All(JsonElement.Parse(fitting).EnumerateArray(), value => Assert.True(condition.IsMet(value), $"{value.GetRawText()} fits {schema}."));
        Assert.All(JsonElement.Parse(others).EnumerateArray(), value => Assert.False(condition.IsMet(value), $"{value.GetRawText()} does not fit {schema}."));
    }
}
