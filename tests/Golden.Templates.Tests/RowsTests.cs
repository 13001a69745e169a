using System.Net.Http.Headers;

namespace Golden.Templates.Tests;

/// <summary>A contract as teams have it: errors of its own, any names, inline types, styles of parameters, paths and media types (Fixtures/rows.yaml).</summary>
public sealed class RowsTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task AContractOfATeamIsServedAndCalled()
    {
        var solution = await OtherContract.CreateAsync(Pack, Folder, "Rows", "rows.yaml", "Rows.cs.txt", "--typescript-client");
        var published = await PublishedService.PublishAsync(solution);
        await using var service = await published.StartAsync();

        // A
        Assert.Equal("200  ", await SendAsync(service, "GET", "a/200"));
        Assert.Equal("""202 application/json {"number":7}""", await SendAsync(service, "GET", "a/202"));
        Assert.Equal("""402 application/json {"code":"money","1st":"first"}""", await SendAsync(service, "GET", "a/402"));
        Assert.Equal("""418 application/json {"code":"tea","1st":"first"}""", await SendAsync(service, "GET", "a/418"));
        Assert.Equal("""502 application/json {"code":"rest","1st":"first"}""", await SendAsync(service, "GET", "a/other"));
        Assert.StartsWith("404 application/problem+json", await SendAsync(service, "GET", "a/404"), StringComparison.Ordinal);

        // B
        Assert.Equal(
            """200 application/json {"$id":"1","equals":true,"getHashCode":"g","class":"5 x h c b x1 x2","task":"t","snake_case":"a","snakeCase":"b","@type":"q"}""",
            await SendAsync(service, "PUT", "b/5/x?http=h&cancellationToken=c&body=b&xId=x1", """{"$id":"1","equals":true,"class":"","task":"t","snake_case":"a","snakeCase":"b","@type":"q","getHashCode":"g"}""", ("X-Id", "x2")));
        Assert.Equal(["HTTP: unknown", "equals: required", "other: unknown"], await RulesAsync(service, "PUT", "b/5/x?HTTP=h", """{"$id":"1","class":"","other":1}"""));

        // C
        Assert.Equal(
            """200 application/json ["BC ValueMinus1 2 1 [1] 5 n 3.5","Empty Value1      "]""",
            await SendAsync(service, "POST", "c", """[{"kind":"b-c","size":-1,"matrix":[[1,2],[3]],"free":{"a":1},"any":[1],"counts":{"a":2,"b":3},"more":{"name":"n","x":1.5,"y":2},"ignored":1},{"kind":"","size":1}]"""));
        Assert.Equal(
            ["$[0].counts.a: minimum", "$[0].kind: enum", "$[0].matrix[0]: maxItems", "$[0].matrix[1][0]: maximum", "$[0].more.x: type", "$[0].size: enum", "$[1]: type", "$[2].kind: required", "$[2].size: required"],
            await RulesAsync(service, "POST", "c", """[{"kind":"z","size":2,"matrix":[[1,2,3],[10]],"counts":{"a":-1},"more":{"x":"no"}},5,{}]"""));
        Assert.Equal(["$: maxItems"], await RulesAsync(service, "POST", "c", "[5,5,5,5]"));

        // D
        Assert.Equal(
            """200 application/json {"number":0.3,"price":1.50,"id":1,"code":"a12b","mail":"x","when":"2026-01-15T09:30:00.1234567+00:00","size":5,"color":"red","bytes":"AQI="}""",
            await SendAsync(service, "POST", "d", """{"number":0.3,"price":1.50,"code":"a12b","mail":"x","when":"2026-01-15t09:30:00.123456789z","maybe":null,"secret":"ss","id":99,"bytes":"AQI=","unheard":1}"""));
        Assert.Equal(
            ["bytes: format", "code: pattern", "color: enum", "number: multipleOf", "price: type", "secret: minLength", "size: exclusiveMinimum", "when: format"],
            await RulesAsync(service, "POST", "d", """{"number":0.35,"price":"1","code":"a1b","when":"2026-01-15T09:30:00+0100","secret":"s","size":0,"color":"blue","bytes":"A"}"""));

        // I
        Assert.Equal(
            "200 text/plain 1+2 a+b,c x+y bob/4 1 1+2 s1",
            await SendAsync(service, "GET", "i?ids=1&ids=2&csv=a,b%2Cc&pipes=x%7Cy&filter%5Bname%5D=bob&filter[age]=4&json=%7B%22x%22:1%7D", null, ("X-List", "1, 2"), ("Cookie", "session=s1")));
        Assert.Equal(
            ["X-List[1]: type", "filter.name: maxLength", "filter.no: unknown", "ids: maxItems", "json: json"],
            await RulesAsync(service, "GET", "i?ids=1&ids=2&ids=3&ids=4&filter[name]=bobby&filter[no]=1&json=x", null, ("X-List", "1,x")));
        Assert.Equal("200 text/plain a,b+c d,e g;h+i/j", await SendAsync(service, "GET", "i/a%2Cb,c/.d%2Ce/;matrix=g%3Bh;matrix=i%2Fj.txt"));

        // J
        Assert.Equal("204  ", await SendAsync(service, "GET", "j/5.json"));
        Assert.Equal("204  ", await SendAsync(service, "HEAD", "j/5.json"));
        Assert.Equal("204  ", await SendAsync(service, "POST", "j/a:cancel"));
        Assert.Equal("204  ", await SendAsync(service, "OPTIONS", "j/list/"));
        Assert.Equal(["id: type"], await RulesAsync(service, "GET", "j/x.json", null));

        // L
        Assert.Equal("200 text/plain no body", await SendAsync(service, "POST", "l"));
        Assert.Equal("200 text/plain no body", await SendChunkedAsync(service, "l", ""));
        Assert.Equal("200 text/plain name n", await SendChunkedAsync(service, "l", """{"name":"n"}"""));
        Assert.Equal("200 text/plain name ", await SendAsync(service, "POST", "l", """{"other":1}"""));
        Assert.Equal(["$: minProperties"], await RulesAsync(service, "POST", "l", "{}"));
        Assert.Equal(["$: maxProperties", "name: type"], await RulesAsync(service, "POST", "l", """{"name":1,"other":1,"third":1}"""));

        // M
        Assert.Equal("200 text/csv a,b\n", await SendAsync(service, "GET", "m/csv"));
        Assert.Equal("200 application/vnd.rows+json [1,2]", await SendAsync(service, "GET", "m/json"));
        Assert.Equal("200 application/pdf %PDF", await SendAsync(service, "GET", "m/pdf"));
        Assert.Equal("200 text/event-stream data: one\n\nevent: other\ndata: two\n\n", await SendAsync(service, "GET", "m/events"));

        var calls = await OtherContract.CallInCSharpAsync(solution, service, "RowsCalls.cs.txt");
        Assert.Equal(
            ["True", "7", "402 money", "418 tea", "502 rest", "There is no such outcome.", "1+2 a+b,c x+y bob/4 1 1+2 s1", "a,b+c d,e/f g;h+i%2Fj", "True", "1 2", "5 x h   x1 x2"],
            calls[^11..]);
        Assert.Equal(
            ["true", "7", "402 money", "418 tea", "502 rest", "404 There is no such outcome.", "1+2 a+b,c x+y bob/4 1 1+2 s1", "1.5 AQI= green 1", "1 2", "5 x h   x1 x2"],
            await OtherContract.CallInTypeScriptAsync(solution, service, "RowsCalls.ts.txt"));
    }

    static async Task<string> SendAsync(RunningService service, string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var response = await ResponseAsync(service, method, path, json, headers);
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType?.MediaType} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    static async Task<string> SendChunkedAsync(RunningService service, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"base/{path}") { Content = new StringContent(json, json.Length == 0 ? null : new MediaTypeHeaderValue("application/json")) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType?.MediaType} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    static async Task<List<string>> RulesAsync(RunningService service, string method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var response = await ResponseAsync(service, method, path, json, headers);
        return await OtherContract.RulesAsync(response);
    }

    static async Task<HttpResponseMessage> ResponseAsync(RunningService service, string method, string path, string? json, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), $"base/{path}");
        if (json is not null)
        {
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
