namespace GoldenService.Tests;

using GoldenService.Api;
using Xunit;

public sealed class StorageTests
{
    private const string Connection =
#if (database == "postgres")
        "Host=db;Database=orders;Password=hidden";
#else
        "Data Source=orders.db;Password=hidden";
#endif

    [Fact]
    public void The_place_is_told_without_the_password()
    {
        Assert.Contains("orders", Storage.PlaceOf(Connection));
        Assert.DoesNotContain("hidden", Storage.PlaceOf(Connection));
    }
}
