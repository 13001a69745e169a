using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>Workers as users get them.</summary>
public sealed partial class WorkerTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task AWorkerBuildsAndItsChecklistIsProven()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Shipping");
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();
        Assert.DoesNotContain(solution.Files(), file => RabbitMq().IsMatch(file) || RabbitMq().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file))));

        // The code of the contract must be what NSwag makes of it.
        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        await solution.ProveAsync(await Developer.SettingsAsync(solution, Folder, "Worker"));
    }

    [Fact]
    public async Task OnPostgreSqlAWorkerBuildsAndItsTestsPass()
    {
        var server = PostgresServer.ConnectionString();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Shipping", "--database", "postgres", "--deploy", "compose", "--deploy", "kubernetes");
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The other database is in no file but one: answers must not name it either.
        Assert.Equal(["tests/Acme.Shipping.Testing/Raw.cs"], solution.Files().Where(file => Sqlite().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file)))));

        await solution.BuildAsync("-p:CI=true");
        Assert.True(await solution.TestServicesAsync((PostgresServer.Variable, server), ("CI", "true")) > 100);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task OnRabbitMqAWorkerBuildsAndItsTestsPass(string database)
    {
        var broker = RabbitMqBroker.Uri();
        (string, string)[] server = database == "postgres" ? [(PostgresServer.Variable, PostgresServer.ConnectionString())] : [];
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Shipping", "--transport", "rabbitmq", "--database", database, "--deploy", "compose", "--deploy", "kubernetes");
        solution.ShouldHaveNoTraceOfTheTemplate();

        await solution.BuildAsync("-p:CI=true");

        // All of them run on PostgreSQL; what is particular to both options is what the broker and the table have of a message.
        string[] classes = database == "postgres" ? [] : ["--filter-class", "*.BrokerTests", "*.CommitTests", "*.DeliveryTests", "*.HandlingTests", "*.StopTests", "*.UpkeepTests"];
        Assert.True(await solution.TestAsync([.. server, (RabbitMqBroker.Variable, broker), ("CI", "true")], classes) > (classes.Length == 0 ? 100 : 20));
    }

    [Fact]
    public async Task WithoutTheSampleAWorkerBuildsAndItsChecklistIsProven()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Billing", "--sample", "false", "--typescript-client", "true", "--deploy", "compose", "--deploy", "kubernetes");
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The pipeline of the contract knows what any contract may say, and what is a secret is told by examples.
        string[] general = ["contract/generate.cs", "tests/Acme.Billing.ServiceDefaults.Tests/Repository/RepositorySecretsTests.cs"];
        Assert.DoesNotContain(solution.Files().Except(general), file => Sample().IsMatch(file) || Sample().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file))));

        // The code of the contract must be what NSwag makes of this variant's contract; `dotnet variants.cs` updates it.
        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        await solution.ProveAsync();
    }

    [Fact]
    public async Task WithoutTheSampleAWorkerOnPostgreSqlAndRabbitMqBuildsAndItsTestsPass()
    {
        var (server, broker) = (PostgresServer.ConnectionString(), RabbitMqBroker.Uri());
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Billing", "--sample", "false", "--database", "postgres", "--transport", "rabbitmq", "--deploy", "compose", "--deploy", "kubernetes");
        solution.ShouldHaveNoTraceOfTheTemplate();

        await solution.BuildAsync("-p:CI=true");
        Assert.True(await solution.TestServicesAsync((PostgresServer.Variable, server), (RabbitMqBroker.Variable, broker), ("CI", "true")) > 100);
    }

    [GeneratedRegex("rabbit", RegexOptions.IgnoreCase)]
    private static partial Regex RabbitMq();

    [GeneratedRegex(@"shipment|shipping|carrier|polly|order(?:Id|\.placed|s:)|placedOrder", RegexOptions.IgnoreCase)]
    private static partial Regex Sample();

    [GeneratedRegex("sqlite", RegexOptions.IgnoreCase)]
    private static partial Regex Sqlite();
}
