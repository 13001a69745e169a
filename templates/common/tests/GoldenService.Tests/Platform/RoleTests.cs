namespace GoldenService.Tests;

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

public sealed class RoleTests(Service service)
{
    [Fact] // Fails when the README grants too little, migrate runs as the service, or the service needs a right that it has not.
    public async Task With_the_roles_of_the_README_one_migrates_and_the_other_serves_and_may_not_make_tables()
    {
        using var migration = new TestRole();
        using var serving = new TestRole();
        using var database = new TestDatabase();
        await GrantAsTheReadmeSays(database, migration, serving);

        await using var alone = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__Database", serving.On(database)));
        Assert.Contains($"the role '{serving.Name}' lacks a right", (await alone.ExitAsync()).Errors, StringComparison.Ordinal);

        await using var migrate = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__Database", serving.On(database)), ("ConnectionStrings__DatabaseMigration", migration.On(database)));
        Assert.Equal((0, ""), await migrate.ExitAsync());

        await using var served = await Service.StartAsync("Production", new() { ["ConnectionStrings:Database"] = serving.On(database) });
        Assert.Equal(200, (await served.Get("/health/ready")).Status);
        await Examples.CallEveryOperationAsync(served);

        foreach (var ddl in new[] { "CREATE TABLE other (id int)", $"DROP TABLE {Examples.Table}", $"ALTER TABLE {Examples.Table} ADD COLUMN other int" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => served.WithDatabase(db => db.Database.ExecuteSqlRawAsync(ddl)));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact] // Fails when migrate goes on with the service's role where the other is wrong.
    public async Task A_migration_role_that_cannot_be_used_is_told_by_its_own_setting()
    {
        await using var migrate = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__DatabaseMigration", "Host=localhost"));

        var (code, errors) = await migrate.ExitAsync();

        Assert.Equal(1, code);
        Assert.StartsWith("The setting ConnectionStrings:DatabaseMigration must name the server and the database", errors, StringComparison.Ordinal);
    }

    [Fact] // Fails when the connection string is read once, or a pool goes on with the old password.
    public async Task A_password_that_changes_is_used_from_the_mounted_secret_on()
    {
        using var role = new TestRole();
        using var secrets = new MountedSecrets();
        using var database = new TestDatabase();
        TestDatabase.Execute($"ALTER DATABASE {database.Name} OWNER TO {role.Name}");
        secrets.Mount("1", ("ConnectionStrings__Database", role.On(database)));
        await using var mounted = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = secrets.Folder });
        Assert.Equal(200, (await mounted.Send(Examples.Good)).Status);

        role.ChangePassword();
        Assert.Equal(200, (await mounted.Send(Examples.Good)).Status); // By the connections that there are.
        database.Disconnect();
        (await mounted.Send(Examples.Good)).IsProblem(503);
        (await mounted.Get("/health/ready")).IsProblem(503);

        secrets.Mount("2", ("ConnectionStrings__Database", role.On(database) + "\n"));

        await MountedSecrets.Until(async () => (await mounted.Send(Examples.Good)).Status == 200);
        Assert.Equal(200, (await mounted.Get("/health/ready")).Status);
    }

    // The only block of SQL in the README, by other names.
    private static async Task GrantAsTheReadmeSays(TestDatabase database, TestRole migration, TestRole serving)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositorySecretsTests.Root(), "README.md"));
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
