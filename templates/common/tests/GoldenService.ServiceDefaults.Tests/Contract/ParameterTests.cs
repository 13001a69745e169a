namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Linq;
using Xunit;

/// <summary>Parameters in the styles of OpenAPI and RFC 6570.</summary>
public sealed class ParameterTests
{
    // Fails when ParameterText splits a style otherwise, or decodes before it splits.
    [Theory]
    [InlineData(ParameterStyle.FormExploded, "p=a&p=b%2Cc", "a|b,c")]
    [InlineData(ParameterStyle.FormExploded, "p=", "")]
    [InlineData(ParameterStyle.Form, "p=a,b%2Cc", "a|b,c")]
    [InlineData(ParameterStyle.Form, "p=a+b,c%2Bd", "a b|c+d")]
    [InlineData(ParameterStyle.Form, "p=,", "|")]
    [InlineData(ParameterStyle.SpaceDelimited, "p=a%20b+c", "a|b|c")]
    [InlineData(ParameterStyle.SpaceDelimited, "p=a%2Cb%20c%2520d", "a,b|c%20d")]
    [InlineData(ParameterStyle.PipeDelimited, "p=a|b%7Cc", "a|b|c")]
    [InlineData(ParameterStyle.PipeDelimited, "p=a%2Cb%7Cc%257Cd", "a,b|c%7Cd")]
    [InlineData(ParameterStyle.Json, "p=%5B%22a%22%2C%22b%22%5D", "a|b")]
    public void A_list_in_a_query(ParameterStyle style, string query, string items)
    {
        var reader = Requests.WithQuery(query);

        Assert.Equal((items, ""), (string.Join('|', reader.RequiredQuery("p", style).AsList(static item => item.AsString())), Requests.Of(reader)));
    }

    [Theory]
    [InlineData(ParameterStyle.Simple, "1,2", "1|2", "")]
    [InlineData(ParameterStyle.SimpleExploded, "1,2", "1|2", "")]
    [InlineData(ParameterStyle.Label, ".1,2", "1|2", "")]
    [InlineData(ParameterStyle.LabelExploded, ".1.2", "1|2", "")]
    [InlineData(ParameterStyle.Matrix, ";p=1,2", "1|2", "")]
    [InlineData(ParameterStyle.MatrixExploded, ";p=1;p=2", "1|2", "")]
    [InlineData(ParameterStyle.Label, "1,2", "", "p: format")]
    [InlineData(ParameterStyle.Matrix, ";q=1,2", "", "p: format")]
    [InlineData(ParameterStyle.MatrixExploded, ";p=1;q=2", "", "p: format")]
    [InlineData(ParameterStyle.Simple, "1,x", "1|0", "p[1]: type")]
    public void A_list_in_a_path(ParameterStyle style, string path, string items, string failures)
    {
        var reader = Requests.WithPath("p", path);

        Assert.Equal((items, failures), (string.Join('|', reader.Path("p", style).AsList(static item => item.AsInt32()) ?? []), Requests.Of(reader)));
    }

    // Fails when EncodedPath takes another segment or another part of it, or when a value is decoded before it is split.
    [Theory]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "/items/a%2Cb,c", "a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "/base/items/a%2Cb,c/?q=%2C", "a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.Simple, "/items/{p}/{o}", "/items/a%2Cb,c/x%2Cy", "a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.Simple, "/items/{p}.json", "/items/a%2Cb,c.json", "a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.Simple, "/items/x-{p}:copy", "/items/x-a%2Cb,c:copy", "a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "http://host/items/%C3%A9%2Cb,c%2Fd", "\u00E9,b,c%2Fd", "\u00E9,b|c/d")]
    [InlineData(ParameterStyle.Label, "/items/{p}", "/items/.a%2Cb,c", ".a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.LabelExploded, "/items/{p}", "/items/.a%2Eb.c", ".a.b.c", "a.b|c")]
    [InlineData(ParameterStyle.Matrix, "/items/{p}", "/items/;p=a%2Cb,c", ";p=a,b,c", "a,b|c")]
    [InlineData(ParameterStyle.MatrixExploded, "/items/{p}", "/items/;p=a%3Bp%3Db;p=c", ";p=a;p=b;p=c", "a;p=b|c")]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "/items/a%25,b", "a%,b", "a%|b")]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "/rewritten/%20", "a,b", "a|b")]
    [InlineData(ParameterStyle.Simple, "/items/{p}", "/items/a,b", "a,b", "a|b")]
    public void A_list_in_a_path_that_was_encoded(ParameterStyle style, string pattern, string target, string decoded, string items)
    {
        var reader = Requests.WithPath(pattern, target, ("p", decoded), ("o", "x,y"));

        Assert.Equal((items, ""), (string.Join('|', reader.Path("p", style).AsList(static item => item.AsString())), Requests.Of(reader)));
    }

    [Fact] // ASP.NET Core leaves %2F in the values of a route, and does not say what was %252F.
    public void A_slash_in_a_path_is_decoded()
    {
        Assert.Equal("a/b", Requests.WithPath("/items/{p}", "/items/a%2Fb", ("p", "a%2Fb")).Path("p").AsString());
        Assert.Equal("a%2Fb", Requests.WithPath("/items/{p}", "/items/a%252Fb", ("p", "a%2Fb")).Path("p").AsString());
    }

    [Theory]
    [InlineData(ParameterStyle.Simple, "5")]
    [InlineData(ParameterStyle.Label, ".5")]
    [InlineData(ParameterStyle.LabelExploded, ".5")]
    [InlineData(ParameterStyle.Matrix, ";p=5")]
    [InlineData(ParameterStyle.MatrixExploded, ";p=5")]
    [InlineData(ParameterStyle.Json, "5")]
    public void A_number_in_a_path(ParameterStyle style, string path) => Assert.Equal(5, Requests.WithPath("p", path).Path("p", style).AsInt32());

    [Theory]
    [InlineData(ParameterStyle.Form, "p=a,1,b,x%2Cy")]
    [InlineData(ParameterStyle.FormExploded, "a=1&b=x%2Cy")]
    [InlineData(ParameterStyle.DeepObject, "p[a]=1&p%5Bb%5D=x%2Cy")]
    [InlineData(ParameterStyle.Json, "p=%7B%22a%22%3A1%2C%22b%22%3A%22x%2Cy%22%7D")]
    public void An_object_in_a_query(ParameterStyle style, string query)
    {
        var reader = Requests.WithQuery(query);
        var members = reader.RequiredQuery("p", style, "a", "b").AsMembers("a", "b");

        Assert.Equal((1, "x,y", ""), (members.Required("a").AsInt32(), members.Required("b").AsString(), Requests.Of(reader)));
    }

    [Theory]
    [InlineData(ParameterStyle.Simple, "a,1,b,2")]
    [InlineData(ParameterStyle.SimpleExploded, "a=1,b=2")]
    [InlineData(ParameterStyle.Label, ".a,1,b,2")]
    [InlineData(ParameterStyle.LabelExploded, ".a=1.b=2")]
    [InlineData(ParameterStyle.Matrix, ";p=a,1,b,2")]
    [InlineData(ParameterStyle.MatrixExploded, ";a=1;b=2")]
    public void An_object_in_a_path(ParameterStyle style, string path)
    {
        var reader = Requests.WithPath("p", path);
        var map = reader.Path("p", style).AsMap(static item => item.AsInt32());

        Assert.Equal((1, 2, 2, ""), (map["a"], map["b"], map.Count, Requests.Of(reader)));
    }

    // Fails when an object of a style is taken with a part that nothing reads.
    [Theory]
    [InlineData(ParameterStyle.DeepObject, "p[a][b]=1", "p: format")]
    [InlineData(ParameterStyle.DeepObject, "p[a=1", "p: format")]
    [InlineData(ParameterStyle.DeepObject, "p[c]=1", "p.c: unknown; p.a: required")]
    [InlineData(ParameterStyle.DeepObject, "p[a]=1&p[a]=2", "p.a: unique")]
    [InlineData(ParameterStyle.Form, "p=a", "p: format")]
    [InlineData(ParameterStyle.Form, "p=a,1,a,2", "p.a: unique")]
    [InlineData(ParameterStyle.Json, "p=%7B", "p: json")]
    [InlineData(ParameterStyle.Form, "q=1", "p: required")]
    public void An_object_that_is_not_in_its_style(ParameterStyle style, string query, string failures)
    {
        var reader = Requests.WithQuery(query);
        _ = reader.RequiredQuery("p", style).AsMembers("a").Required("a").AsInt32();

        Assert.Equal(failures, Requests.Of(reader));
    }

    [Fact]
    public void A_header_and_a_cookie()
    {
        Assert.Equal(["a", "b", "c"], Requests.WithHeader("X-Tags", "a, b", "c") is var one ? one.RequiredHeader("X-Tags").AsList(static item => item.AsString()) : []);
        Assert.Equal(5, Requests.WithHeader("Cookie", "a=b; session=5").RequiredCookie("session").AsInt32());
        Assert.Equal("a,b;c", Requests.WithHeader("Cookie", "session=\"a%2Cb%3Bc\"").RequiredCookie("session").AsString());
        Assert.Equal(["a", "b"], Requests.WithHeader("Cookie", "tags=a,b").RequiredCookie("tags", ParameterStyle.Form).AsList(static item => item.AsString()));

        var twice = Requests.WithHeader("Cookie", "session=1; session=2");
        _ = twice.RequiredCookie("session").AsInt32();
        _ = twice.OptionalCookie("other");
        _ = twice.RequiredCookie("third").AsString();
        Assert.Equal("session: unique; third: required", Requests.Of(twice));
    }

    // Fails when RejectOtherQueryParameters compares without case, knows no prefix, or has no end.
    [Fact]
    public void Other_parameters_are_rejected()
    {
        var reader = Requests.WithQuery("limit=1&Limit=1&filter[a]=1&filter=2&%6Cimit=3");
        reader.RejectOtherQueryParameters("limit", "filter[");
        Assert.Equal("Limit: unknown; filter: unknown", Requests.Of(reader));

        var many = Requests.WithQuery(string.Join('&', Enumerable.Range(0, 1000).Select(i => $"a{i}{new string('x', 200)}=1")));
        many.RejectOtherQueryParameters();
        Assert.Equal(100, many.Failures.ToDictionary().Count);
        Assert.All(many.Failures.ToDictionary().Keys, name => Assert.InRange(name.Length, 1, 101));
    }
}
