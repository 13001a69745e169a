namespace GoldenService.ServiceDefaults.Tests;

using System.IO;
using System.Text;
using System.Threading.Tasks;
using Xunit;

/// <summary>Bodies that may be left out.</summary>
public sealed class OptionalBodyTests
{
    [Fact] // Fails when HasBody goes by the headers alone: 400 or 415 for a body that is not there.
    public async Task A_body_without_a_length_that_is_empty_is_none()
    {
        Assert.Null(await Empty().OptionalJsonBody(static value => value.AsString()));
        Assert.Null(await Empty().OptionalFormBody(static value => value.AsMap(static item => item.AsString())));
        Assert.Null(await Empty().OptionalMultipartBody(static value => value.AsMap(static item => item.AsString())));
        Assert.Null(await Empty().OptionalTextBody("text/plain"));
        Assert.Null(await Empty().OptionalBinaryBody("image/png"));
        Assert.False(await Empty().HasBody());
    }

    [Fact] // Fails when what HasBody reads is lost to what reads the body.
    public async Task A_body_without_a_length_is_read_from_its_begin()
    {
        Assert.Equal("ab", await Body("\"ab\"", "application/json").OptionalJsonBody(static value => value.AsString()));
        Assert.Equal("b", (await Body("a=b", "application/x-www-form-urlencoded").OptionalFormBody(static value => value.AsMap(static item => item.AsString())))!["a"]);
        Assert.Equal("b", (await Body("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n", "multipart/form-data; boundary=x").OptionalMultipartBody(static value => value.AsMap(static item => item.AsString())))!["a"]);
        Assert.Equal("ab", await Body("ab", "text/plain").OptionalTextBody("text/plain"));

        using var bytes = new StreamReader((await Body(new string('a', 100_000), "image/png").OptionalBinaryBody("image/png"))!);
        Assert.Equal(100_000, (await bytes.ReadToEndAsync()).Length);
    }

    [Fact]
    public async Task A_body_with_a_length_says_by_it_whether_it_is_there()
    {
        Assert.False(await Requests.WithBody("").HasBody());
        Assert.True(await Requests.WithBody("{}").HasBody());
    }

    private static RequestReader Empty() => Requests.WithStream(new MemoryStream());

    private static RequestReader Body(string text, string type) => Requests.WithStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), type);
}
