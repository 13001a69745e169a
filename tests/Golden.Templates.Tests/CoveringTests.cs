using System.Diagnostics;

namespace Golden.Templates.Tests;

/// <summary>Services as users get them: each row of the covering set is built, and tested by its own tests where no other row has the same code.</summary>
public abstract class CoveringTests(InstalledPack pack) : TemplateTests(pack)
{
    /// <summary>The options, which tell the rows of a template apart.</summary>
    private protected static IEnumerable<TheoryDataRow<string>> RowsOf(string template) =>
        Covering.Rows.Where(row => row.Template == template).Select((row, index) => new TheoryDataRow<string>(row.Options).WithTrait("Row", $"{template}-{index + 1}"));

    private protected async Task WorksAsync(string template, string options)
    {
        var row = Covering.Rows.Single(row => (row.Template, row.Options) == (template, options));
        var covering = await Covering.StartAsync(Pack);
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, row.Template, row.Name, row.Arguments);
        Assert.Equal(row.ProjectName, solution.ProjectName);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The code of the contract must be what NSwag makes of this variant's contract; `dotnet variants.cs` updates it.
        var committed = solution.Generated();
        var clock = Stopwatch.StartNew();
        await solution.BuildAsync(
        [
            // A build server insists on style, in twice the time; all combinations are checked for it in memory.
            .. row.Options.Length == 0 ? ["-p:CI=true"] : Array.Empty<string>(),
            .. covering.MakesContract(row) ? ["-p:RegenerateContract=true"] : Array.Empty<string>(),
        ]);
        var built = clock.Elapsed;
        Assert.Equal(committed, solution.Generated());
        solution.ShouldHaveRestoredExactly();

        clock.Restart();
        var tested = await TestAsync(solution, row, covering);
        RunReport.Add(new RunBuild($"dotnet new {row.Template} -n \"{row.Name}\" {row.Options}", built.TotalSeconds, clock.Elapsed.TotalSeconds, tested));
    }

    /// <summary>Runs what is not tested by another row, and returns what that is.</summary>
    async Task<string> TestAsync(GeneratedSolution solution, CoveringRow row, Covering covering)
    {
        if (row.Options.Length == 0)
        {
            // Nothing that a developer has set reaches the tests.
            await solution.ProveAsync(await Developer.SettingsAsync(solution, Folder));
            return "all, by the checklist";
        }

        var (platform, services) = (covering.TestsPlatform(row), covering.TestsServices(row));
        if (!platform && !services)
        {
            return "none: other rows have all its lines";
        }

        (string, string)[] environment =
        [
            ("CI", "true"),
            .. row.Options.Contains("--database postgres", StringComparison.Ordinal) ? [(PostgresServer.Variable, PostgresServer.ConnectionString())] : Array.Empty<(string, string)>(),
            .. row.Options.Contains("--transport rabbitmq", StringComparison.Ordinal) ? [(RabbitMqBroker.Variable, RabbitMqBroker.Uri())] : Array.Empty<(string, string)>(),
        ];
        var passed = platform && services ? await solution.TestAsync(environment) : platform ? await solution.TestPlatformAsync(environment) : await solution.TestServicesAsync(environment);
        Assert.True(passed > 80, $"{passed} tests passed.");
        return platform && services ? $"all ({passed})" : platform ? $"the platform's ({passed})" : $"the services' ({passed})";
    }
}

public sealed class WebApiTests(InstalledPack pack) : CoveringTests(pack)
{
    public static IEnumerable<TheoryDataRow<string>> Rows => RowsOf("webapi-golden");

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Works(string options) => WorksAsync("webapi-golden", options);
}

public sealed class WorkerTests(InstalledPack pack) : CoveringTests(pack)
{
    public static IEnumerable<TheoryDataRow<string>> Rows => RowsOf("worker-golden");

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Works(string options) => WorksAsync("worker-golden", options);
}

[Collection(nameof(AppHostTurns))]
public sealed class SystemTests(InstalledPack pack) : CoveringTests(pack)
{
    public static IEnumerable<TheoryDataRow<string>> Rows => RowsOf("golden");

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Works(string options)
    {
        Assert.False(
            OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") == "true" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TEST_REDIS")),
            "The gateway's tests of shared limits need a Redis server: TEST_REDIS='localhost,password=<password>' dotnet test");
        return WorksAsync("golden", options);
    }
}
