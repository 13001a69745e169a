using System.Net;
using System.Net.Http.Headers;

namespace Golden.Templates.Tests;

/// <summary>Alternatives and what limits them, conditions on members, names by patterns: what JSON Schema says of a value beyond its type (Fixtures/composition.yaml).</summary>
public sealed class CompositionTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task EveryPartOfASchemaIsChecked()
    {
        var solution = await OtherContract.CreateAsync(Pack, Folder, "Composed", "composition.yaml", "Composition.cs.txt", "--typescript-client");
        var published = await PublishedService.PublishAsync(solution);
        await using var service = await published.StartAsync();

        // Exactly one alternative must fit, by its type or by its limits. 16 fits two.
        Assert.Equal("Small", await PostAsync(service, "size", "\"small\""));
        Assert.Equal("11", await PostAsync(service, "size", "11"));
        Assert.Equal("15", await PostAsync(service, "size", "15"));
        Assert.Equal("22", await PostAsync(service, "size", "22"));
        Assert.Equal("a b", await PostAsync(service, "size", """["a","b"]"""));
        Assert.Equal("1 abc", await PostAsync(service, "size", """{"width":1,"label":"abc"}"""));
        Assert.Equal(["$: oneOf"], await RulesAsync(service, "size", "16"));
        Assert.Equal(["$: oneOf"], await RulesAsync(service, "size", "9"));
        Assert.Equal(["$: oneOf"], await RulesAsync(service, "size", "21"));
        Assert.Equal(["$: enum"], await RulesAsync(service, "size", "\"medium\""));
        Assert.Equal(["$: maxItems"], await RulesAsync(service, "size", """["a","b","c"]"""));
        Assert.Equal(["$[1]: maxLength"], await RulesAsync(service, "size", """["a","long"]"""));
        Assert.Equal(["width: minimum"], await RulesAsync(service, "size", """{"width":0}"""));
        Assert.Equal(["label: maxLength", "width: minimum"], await RulesAsync(service, "size", """{"width":0,"label":"long"}"""));

        Assert.Equal("gloss 0.5", await PostAsync(service, "paint", """{"kind":"gloss","shine":0.5}"""));
        Assert.Equal("chalk 3", await PostAsync(service, "paint", """{"kind":"chalk","grains":[{"width":1},{"width":2}]}"""));
        Assert.Equal(["shine: maximum"], await RulesAsync(service, "paint", """{"kind":"gloss","shine":1.5}"""));
        Assert.Equal(["grains[1].label: maxLength", "grains[1].width: minimum"], await RulesAsync(service, "paint", """{"kind":"chalk","grains":[{"width":1},{"width":0,"label":"long"}]}"""));
        Assert.Equal(["kind: enum"], await RulesAsync(service, "paint", """{"kind":"wax"}"""));

        Assert.Equal("a ab", await PostAsync(service, "either", """["a","ab"]"""));
        Assert.Equal(["$: maxItems"], await RulesAsync(service, "either", """["a","a","a"]"""));
        Assert.Equal(["$[1]: pattern"], await RulesAsync(service, "either", """["a","b"]"""));

        Assert.Equal("cat 9", await PostAsync(service, "keep", """{"pet":{"kind":"Cat","lives":9}}"""));
        Assert.Equal("dog", await PostAsync(service, "keep", """{"pet":{"kind":"Dog"}}"""));
        Assert.Equal(["pet.lives: maximum"], await RulesAsync(service, "keep", """{"pet":{"kind":"Cat","lives":10}}"""));
        Assert.Equal(["pet.lives: required"], await RulesAsync(service, "keep", """{"pet":{"kind":"Cat"}}"""));
        Assert.Equal(["pet.kind: enum"], await RulesAsync(service, "keep", """{"pet":{"kind":"Cow"}}"""));

        Assert.Equal("""{"words":["a",""," b"],"none":[]}""", await PostAsync(service, "words", """{"words":["a",""," b"],"none":[]}"""));
        Assert.Equal(["none: maxItems", "words[0]: enum"], await RulesAsync(service, "words", """{"words":["b"],"none":[1]}"""));

        Assert.Equal("a  ", await PostAsync(service, "contact", """{"mail":"a"}"""));
        Assert.Equal("1 CH 8000", await PostAsync(service, "contact", """{"phone":"1","country":"CH","zip":"8000"}"""));
        Assert.Equal("1 FR A", await PostAsync(service, "contact", """{"phone":"1","country":"FR","zip":"A"}"""));
        Assert.Equal(["$: anyOf"], await RulesAsync(service, "contact", "{}"));
        Assert.Equal(["$: dependentRequired", "$: not"], await RulesAsync(service, "contact", """{"mail":"a","phone":"1","zip":"A"}"""));
        Assert.Equal(["$: if"], await RulesAsync(service, "contact", """{"mail":"a","country":"CH","zip":"A"}"""));

        Assert.Equal("1 name=n x-a=2", await PostAsync(service, "free", """{"id":1,"x-a":2,"name":"n"}"""));
        Assert.Equal(["$: required"], await RulesAsync(service, "free", """{"id":1}"""));
        Assert.Equal(["$: patternProperties"], await RulesAsync(service, "free", """{"name":"n","x-a":"2"}"""));
        Assert.Equal(["$: patternProperties"], await RulesAsync(service, "free", """{"name":"n","other":2}"""));
        Assert.Equal(["$: propertyNames"], await RulesAsync(service, "free", """{"name":"n","x-abcd":2}"""));

        Assert.Equal("a,1 7,7 ab 2 ab,long", await PostAsync(service, "lists", """{"pair":["a",1],"some":[7,7],"text":"ab","each":2,"codes":["ab","long"]}"""));
        Assert.Equal(
            ["codes[1]: anyOf", "each: minimum", "pair: prefixItems", "some: contains", "text: pattern", "text: pattern"],
            await RulesAsync(service, "lists", """{"pair":["a",1,2],"some":[1],"text":"c","each":1,"codes":["a","b"]}"""));

        Assert.Equal("", (await PostAsync(service, "lists", """{"unique":[1,"1"],"named":{"a":null},"only":null,"something":1}""")).Trim());
        Assert.Equal(
            ["named: required", "never: not", "only: type", "something: not", "unique: uniqueItems"],
            await RulesAsync(service, "lists", """{"unique":[1,1.0],"named":{"b":1},"never":null,"only":0,"something":null}"""));
        Assert.Equal(["disjoint: enum", "named: type", "unique: type"], await RulesAsync(service, "lists", """{"unique":{},"named":[],"disjoint":"a"}"""));
        Assert.Equal("", (await PostAsync(service, "lists", """{"sent":{"kind":"large-parcel"}}""")).Trim());
        Assert.Equal(["sent.shine: maximum"], await RulesAsync(service, "lists", """{"sent":{"kind":"gloss","shine":2}}"""));

        Assert.Equal("", (await PostAsync(service, "lists", """{"step":6,"whole":[5],"values":{"a":5},"letter":"a","chain":{"next":{"next":null}},"nested":[null,[null,[1]]],"odd":16}""")).Trim());
        Assert.Equal("", (await PostAsync(service, "lists", """{"step":18,"chain":null}""")).Trim());
        Assert.Equal("", (await PostAsync(service, "lists", """{"post":{"kind":"letter"},"same":{"kind":"x","a":1}}""")).Trim());
        Assert.Equal("", (await PostAsync(service, "lists", """{"post":{"kind":"large-parcel"},"same":{"kind":"x","b":1}}""")).Trim());
        Assert.Equal(["post.kind: enum"], await RulesAsync(service, "lists", """{"post":{"kind":"Letter"}}"""));
        Assert.Equal(["step: maximum"], await RulesAsync(service, "lists", """{"step":24}"""));
        Assert.Equal(["step: multipleOf"], await RulesAsync(service, "lists", """{"step":8}"""));
        Assert.Equal(["step: multipleOf"], await RulesAsync(service, "lists", """{"step":9}"""));
        Assert.Equal(["step: multipleOf", "step: type"], await RulesAsync(service, "lists", """{"step":6.5}"""));
        Assert.Equal(["values.a: type", "whole[0]: type"], await RulesAsync(service, "lists", """{"whole":[1.5],"values":{"a":1.5}}"""));
        Assert.Equal(["values.a: maximum", "whole[0]: maximum"], await RulesAsync(service, "lists", """{"whole":[6],"values":{"a":6}}"""));
        Assert.Equal(["letter: type", "word: type"], await RulesAsync(service, "lists", """{"letter":null,"word":null}"""));
        Assert.Equal(["odd: minimum"], await RulesAsync(service, "lists", """{"odd":15}"""));
        Assert.Equal(["odd: not"], await RulesAsync(service, "lists", """{"odd":30}"""));

        Assert.Equal("200 \"a1 00000000-0000-0000-0000-000000000001 Fast OfInt64 { Value = 5 }\"", await GetAsync(service, "query?code=a1&id=00000000-0000-0000-0000-000000000001&mode=fast&page=5"));
        Assert.Equal("200 \"   OfQueryPage2 { Value = Last }\"", await GetAsync(service, "query?page=last"));
        using var wrong = await service.Client.GetAsync("query?code=abc&id=10000000-0000-0000-0000-000000000001&mode=Fast&page=0&filter[name]=ab&other=1", TestContext.Current.CancellationToken);
        Assert.Equal(["code: not", "filter.name: minLength", "id: pattern", "mode: enum", "other: unknown", "page: minimum"], await OtherContract.RulesAsync(wrong));

        var calls = await OtherContract.CallInCSharpAsync(solution, service, "CompositionCalls.cs.txt");
        Assert.Equal(["9", "cat 7", "a,null b", """True {"pet":{"kind":"Cow","spots":[1]}}"""], calls[^4..]);
        Assert.Equal(["9", "cat 7", "a,null b"], await OtherContract.CallInTypeScriptAsync(solution, service, "CompositionCalls.ts.txt"));
    }

    static async Task<string> PostAsync(RunningService service, string path, string json)
    {
        using var response = await SendAsync(service, path, json);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{json}: {text}");
        return text.Trim('"');
    }

    static async Task<List<string>> RulesAsync(RunningService service, string path, string json)
    {
        using var response = await SendAsync(service, path, json);
        return await OtherContract.RulesAsync(response);
    }

    static async Task<string> GetAsync(RunningService service, string path)
    {
        using var response = await service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    static async Task<HttpResponseMessage> SendAsync(RunningService service, string path, string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await service.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
    }
}
