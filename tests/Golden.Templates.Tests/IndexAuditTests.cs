using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>A service whose database lacks an index is told so by its own tests.</summary>
public sealed partial class IndexAuditTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Customer = """CREATE INDEX "IX_orders_owner_customer_placed_at_id" ON orders (owner, customer, placed_at, id);""";
    const string Note = """CREATE INDEX "IX_orders_note" ON orders (note);""";

    [Theory]
    [InlineData("sqlite", "SEARCH o USING INDEX IX_orders_owner_placed_at_id (owner=?", "SCAN o")]
    [InlineData("postgres", "Index Scan Backward using \"IX_orders_owner_placed_at_id\" on orders o", "Seq Scan on orders o")]
    public async Task AMissingIndexFailsWithTheStatementItsPlanAndTheIndex(string database, string plan, string wholePlan)
    {
        var server = database == "postgres" ? PostgresServer.ConnectionString() : null;
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders", "--database", database);

        // An index is gone from the model and the migration, as if nobody had thought of it.
        await ReplaceAsync(solution, "Data/AppDbContext.cs", ModelIndex(), "");
        await ReplaceAsync(solution, "Data/Migrations/*_Initial.cs", MigrationIndex(), "");
        await ReplaceAsync(solution, "Data/Migrations/*Snapshot.cs", SnapshotIndex(), "");

        // And a statement, without one, is caused by nothing but a test of the service's own.
        await ReplaceAsync(solution, "Orders/OrdersOperations.cs", StartOfListOrders(), """
            $0
                    if (request.Customer == "remarkable" && await db.Orders.AnyAsync(order => order.Note == "x", cancellationToken))
                    {
                        throw new UnreachableException();
                    }

                    if (request.Customer == "remarkable" && await db.Orders.AnyAsync(order => order.Note == "unremarkable", cancellationToken))
                    {
                        throw new UnreachableException();
                    }

            """);
        await File.WriteAllTextAsync(
            Path.Combine(solution.Folder, "tests/Acme.Orders.Api.Tests/Orders/RemarkTests.cs"),
            """
            namespace Acme.Orders.Api.Tests;

            using System.Threading.Tasks;
            using global::Acme.Orders.Testing;
            using Xunit;

            public sealed class RemarkTests(Service service)
            {
                [Fact]
                public async Task There_are_none() => Assert.Empty((await service.Orders.ListOrdersAsync(customer: "remarkable")).Result.Orders);
            }
            """,
            TestContext.Current.CancellationToken);

        // Another one is allowed, as the README says.
        await solution.ReplaceAsync("tests/Acme.Orders.Api.Tests/Specifications/IndexAuditTests.cs", ": IndexAuditSpecification(service, output);", """
            : IndexAuditSpecification(service, output)
            {
                protected override (string What, string Sql, string Reason)[] Allowed => [("orders is read whole", "'unremarkable'", "It is rare.")];
            }
            """);
        await solution.BuildAsync();

        var alone = await TestAsync(solution, server, "*.IndexAuditTests");
        Assert.Contains("orders.customer is compared and in no index", alone, StringComparison.Ordinal);
        Assert.Contains(Customer, alone, StringComparison.Ordinal);
        Assert.Matches("""WHERE "?o"?\."?owner"? = @\w+ AND "?o"?\."?customer"? = @\w+""", alone);
        Assert.Contains(plan, alone, StringComparison.Ordinal);
        Assert.DoesNotContain(Note, alone, StringComparison.Ordinal);
        Assert.Contains("no statement needs that: remove it from IndexAuditTests", alone, StringComparison.Ordinal);

        var afterTheOther = await TestAsync(solution, server, "*.IndexAuditTests", "*.RemarkTests");
        Assert.Contains(Customer, afterTheOther, StringComparison.Ordinal);
        Assert.Contains("orders is read whole, in 1 of ", afterTheOther, StringComparison.Ordinal);
        Assert.Contains(Note, afterTheOther, StringComparison.Ordinal);
        Assert.Contains(wholePlan, afterTheOther, StringComparison.Ordinal);
    }

    static async Task<string> TestAsync(GeneratedSolution solution, string? server, params string[] classes)
    {
        var start = CommandLine.StartInfo("dotnet", solution.Folder, ["test", "--no-build", .. GeneratedSolution.SomeTests, .. classes.SelectMany(name => new[] { "--filter-class", name })]);
        start.Environment[PostgresServer.Variable] = server;
        var test = await CommandLine.RunAsync(start);
        test.ShouldExitWith(2);
        Assert.Contains("failed: 1", test.Output, StringComparison.Ordinal);
        return test.Output;
    }

    static async Task ReplaceAsync(GeneratedSolution solution, string path, Regex pattern, string text)
    {
        var api = Path.Combine(solution.Folder, "src/Acme.Orders.Api");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(api, Path.GetDirectoryName(path)!), Path.GetFileName(path)));
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Single(pattern.Matches(before));
        await File.WriteAllTextAsync(file, pattern.Replace(before, text), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@" *order\.HasIndex\(o => new \{ o\.Owner, o\.Customer, .*\n")]
    private static partial Regex ModelIndex();

    [GeneratedRegex(@" *migrationBuilder\.CreateIndex\(\s+name: ""IX_orders_owner_customer_placed_at_id""[^;]*;\n\n")]
    private static partial Regex MigrationIndex();

    [GeneratedRegex(@" *b\.HasIndex\(""Owner"", ""Customer"", [^;]*;\n\n")]
    private static partial Regex SnapshotIndex();

    [GeneratedRegex(@"> ListOrders\(.*\n    \{")]
    private static partial Regex StartOfListOrders();
}
