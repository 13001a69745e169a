namespace GoldenService.Testing;

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

public abstract class RoleSpecification(Service service)
{
    [Fact] // Fails when the README grants too little, migrate runs as the service, or the service needs a right that it has not.
    public async Task With_the_roles_of_the_README_one_migrates_and_the_other_serves_and_may_not_make_tables()
    {
        using var migration = new TestRole();
        using var serving = new TestRole();
        using var database = new TestDatabase();
        await GrantAsTheReadmeSays(database, migration, serving);

        await using var alone = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__Database", serving.On(database)));
        Assert.Contains($"(setting ConnectionStrings:Database) cannot be used; the role '{serving.Name}' lacks a right", (await alone.ExitAsync()).Errors, StringComparison.Ordinal);

        await using var migrate = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__Database", serving.On(database)), ("ConnectionStrings__DatabaseMigration", migration.On(database)));
        Assert.Equal((0, ""), await migrate.ExitAsync());

        await using var served = await Service.StartAsync("Production", new() { ["ConnectionStrings:Database"] = serving.On(database) });
        Assert.Equal(200, (await served.Get("/health/ready")).Status);
        await ContractCalls.CallEveryOperationAsync(served);

        var table = await served.WithDatabase(db => Task.FromResult(db.Model.GetRelationalModel().Tables.First().Name));
        foreach (var ddl in new[] { "CREATE TABLE other (id int)", "CREATE TEMPORARY TABLE other (id int)", "DELETE FROM \"__EFMigrationsHistory\"", $"DROP TABLE {table}", $"ALTER TABLE {table} ADD COLUMN other int" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => served.WithDatabase(db => db.Database.ExecuteSqlRawAsync(ddl)));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    // The only block of SQL in the README, by other names.
    private static async Task GrantAsTheReadmeSays(TestDatabase database, TestRole migration, TestRole serving)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var statements = readme.Split("```sql\n")[1].Split("```")[0]
            .Replace("\"golden-service-migration\"", migration.Name, StringComparison.Ordinal)
            .Replace("\"golden-service-serving\"", serving.Name, StringComparison.Ordinal)
            .Replace("\"golden-service\"", database.Name, StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        // What makes the roles and the database the test has done.
        foreach (var statement in statements.SkipWhile(line => !line.StartsWith("\\connect", StringComparison.Ordinal)).Skip(1))
        {
            TestDatabase.Execute(statement, database.Name);
        }
    }
}
