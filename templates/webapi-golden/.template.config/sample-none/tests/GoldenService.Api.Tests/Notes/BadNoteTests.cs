namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BadNoteTests(Service service)
{
    [Theory]
    [InlineData("{}", "text required")]
    [InlineData("[]", "$ type")]
    [InlineData("null", "$ type")]
    [InlineData("""{"text":null}""", "text type")]
    [InlineData("""{"text":1}""", "text type")]
    [InlineData("""{"text":""}""", "text minLength")]
    [InlineData("""{"Text":"a","text":""}""", "Text unknown", "text minLength")]
    [InlineData("""{"text":"a","text":"b"}""", "text unique")]
    [InlineData("""{"text":"a\u0000b"}""", "text format")]
    [InlineData("""{"text":"\ud800"}""", "text format")]
    public async Task Everything_that_is_wrong_is_told_at_once_by_the_names_of_the_contract(string body, params string[] errors) =>
        Assert.Equal(errors.Order(), (await service.Send(Examples.WithBody(body))).IsProblem(400).Errors.Order());

    [Fact]
    public async Task Path_query_and_body_are_told_of_together()
    {
        Assert.Equal(["$ json", "noteId format"], (await service.Send("PUT", "/v1/notes/1", [])).IsProblem(400).Errors.Order(StringComparer.Ordinal));
        Assert.Equal(["limit unknown", "noteId format", "text minLength"], (await service.Send(Examples.WithBody("""{"text":""}""") with { Path = "/v1/notes/1?limit=1" })).IsProblem(400).Errors.Order(StringComparer.Ordinal));
    }

    [Fact] // Fails when a limit of the contract is not checked, or counts other than characters.
    public async Task A_text_has_two_thousand_characters_at_most()
    {
        Assert.Equal(200, (await service.Send(Examples.WithBody(Text(2000)))).Status);
        Assert.Equal(["text maxLength"], (await service.Send(Examples.WithBody(Text(2001)))).IsProblem(400).Errors);

        static string Text(int length) => $$"""{"text":"{{string.Concat(Enumerable.Repeat("\U0001F600", length))}}"}""";
    }
}
