namespace GoldenService.Tests;

using System.Linq;
using System.Threading.Tasks;
using Xunit;

public sealed class BadParameterTests(Service service)
{
    [Theory]
    [InlineData("limit=0", "limit minimum")]
    [InlineData("limit=201", "limit maximum")]
    [InlineData("limit=1,5", "limit type")]
    [InlineData("limit=%205", "limit type")]
    [InlineData("limit=+5", "limit type")]
    [InlineData("limit=%2B5", "limit type")]
    [InlineData("limit=01", "limit type")]
    [InlineData("limit=1.0", "limit type")]
    [InlineData("limit=1e1", "limit type")]
    [InlineData("limit=", "limit type")]
    [InlineData("limit=%22five%22", "limit type")]
    [InlineData("limit=99999999999", "limit format")]
    [InlineData("limit=1&limit=2", "limit unique")]
    [InlineData("Limit=1", "Limit unknown")]
    [InlineData("pageSize=1", "pageSize unknown")]
    [InlineData("status=1", "status enum")]
    [InlineData("status=Open", "status enum")]
    [InlineData("status=open,cancelled", "status enum")]
    [InlineData("status=", "status enum")]
    [InlineData("minTotal=1,5", "minTotal type")]
    [InlineData("minTotal=-0.01", "minTotal minimum")]
    [InlineData("minTotal=NaN", "minTotal type")]
    [InlineData("customer=", "customer minLength")]
    [InlineData("customer=a%00b", "customer format")]
    [InlineData("placedFrom=2026-01-31", "placedFrom format")]
    [InlineData("placedFrom=2026-01-31T12:30:00", "placedFrom format")]
    [InlineData("placedFrom=02.01.2026", "placedFrom format")]
    [InlineData("placedBefore=2026-02-30T00:00:00Z", "placedBefore format")]
    [InlineData("placedBefore=yesterday", "placedBefore format")]
    [InlineData("cursor=a%20b", "cursor pattern")]
    [InlineData("limit=0&status=no&what=ever&minTotal=x", "what unknown", "status enum", "minTotal type", "limit minimum")]
    public async Task A_parameter_that_breaks_the_contract_is_refused_by_its_name(string query, params string[] errors) =>
        Assert.Equal(errors.Order(), (await service.Get($"/v1/orders?{query}")).IsProblem(400).Errors.Order());

    [Theory]
    [InlineData("limit=200")]
    [InlineData("minTotal=0.001&limit=1")]
    [InlineData("minTotal=1e3&limit=1")]
    [InlineData("placedFrom=2026-01-31T12:30:00%2B02:00&limit=1")]
    [InlineData("placedFrom=0001-01-01T00:00:00Z&placedBefore=9999-12-31T23:59:59.9999999Z&limit=1")]
    public async Task A_parameter_that_keeps_to_the_contract_is_taken(string query) => Assert.Equal(200, (await service.Get($"/v1/orders?{query}")).Status);

    [Theory]
    [InlineData("", "from required", "to required")]
    [InlineData("from=2026-01-01&to=01/31/2026", "to format")]
    [InlineData("from=2026-1-1&to=2026-01-31T00:00:00Z", "from format", "to format")]
    public async Task A_period_needs_two_days_of_the_calendar(string query, params string[] errors) =>
        Assert.Equal(errors, (await service.Get($"/v1/orders/report?{query}")).IsProblem(400).Errors);

    [Theory]
    [InlineData("1")]
    [InlineData("{00000000-0000-0000-0000-000000000000}")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("%F0%9F%98%80")]
    public async Task An_id_that_is_no_UUID_is_refused(string id)
    {
        Assert.Equal(["orderId format"], (await service.Get($"/v1/orders/{id}")).IsProblem(400).Errors);
        Assert.Equal(["orderId format"], (await service.Send("POST", $"/v1/orders/{id}/cancel")).IsProblem(400).Errors);
    }

    [Fact]
    public async Task Operations_without_query_parameters_take_none() =>
        Assert.Equal(["force unknown"], (await service.Send("POST", "/v1/orders/00000000-0000-0000-0000-000000000000/cancel?force=1")).IsProblem(400).Errors);
}
