namespace GoldenService.Api.Tests;

using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BadParameterTests(Service service)
{
    [Theory]
    [InlineData("limit=+5", "limit type")]
    [InlineData("limit=1e-1", "limit type")]
    [InlineData("Limit=1", "Limit unknown")]
    [InlineData("minTotal=NaN", "minTotal type")]
    [InlineData("customer=a%00b", "customer format")]
    [InlineData("limit=0&status=no&what=ever&minTotal=x", "what unknown", "status enum", "minTotal type", "limit minimum")]
    public async Task A_parameter_that_breaks_the_contract_is_refused_by_its_name(string query, params string[] errors) =>
        Assert.Equal(errors.Order(), (await service.Get($"/v1/orders?{query}")).IsProblem(400).Errors.Order());

    [Theory]
    [InlineData("minTotal=0.001&limit=1")]
    [InlineData("minTotal=1e3&limit=1")]
    public async Task A_parameter_that_keeps_to_the_contract_is_taken(string query) => Assert.Equal(200, (await service.Get($"/v1/orders?{query}")).Status);
}
