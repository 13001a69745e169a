namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

public sealed class RoleTests(Service service)
{
    [Theory] // Fails when migrate goes on with the service's role where the other is wrong.
    [InlineData("Host=localhost", "The setting ConnectionStrings:DatabaseMigration must name the server and the database")]
    [InlineData("Host=127.0.0.1;Port=1;Database=app;Username=app", "The database app on 127.0.0.1:1 (setting ConnectionStrings:DatabaseMigration) cannot be used")]
    public async Task A_migration_role_that_cannot_be_used_is_reported_with_its_own_setting(string connectionString, string sentence)
    {
        await using var migrate = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__DatabaseMigration", connectionString));

        var (code, errors) = await migrate.ExitAsync();

        Assert.Equal(1, code);
        Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
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
        await mounted.ReadinessBecomes(503);

        secrets.Mount("2", ("ConnectionStrings__Database", role.On(database) + "\n"));

        await MountedSecrets.Until(async () => (await mounted.Send(Examples.Good)).Status == 200);
        await mounted.ReadinessBecomes(200);
    }
}
