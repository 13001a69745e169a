using System.Text.RegularExpressions;

namespace Golden.Templates.Bench;

/// <summary>A time and another one to hold it against, both medians of seconds.</summary>
sealed record Beside(string What, double Seconds, string Other, double OtherSeconds);

/// <summary>
/// What a developer waits for: the build of a fresh generated solution against a plain one of three projects, the build
/// that has nothing to do with and without the check of the contract, and one change of the contract.
/// </summary>
static class BuildBench
{
    private const int Rounds = 5;

    public static IReadOnlyList<Beside> Run(Workspace workspace)
    {
        using var build = new BuildServer();
        List<double> golden = [], plain = [];
        for (var round = 0; round < Rounds; round++)
        {
            Commands.Say($"fresh builds, round {round + 1} of {Rounds}");
            var folder = workspace.Path($"golden-{round}");
            workspace.New("webapi-golden", "-n", "Acme.Orders", "-o", folder, "--no-restore");
            golden.Add(Commands.Seconds(() => build.Dotnet(folder, "build")));

            folder = workspace.Path($"plain-{round}");
            workspace.New("webapi", "-n", "Plain.Api", "-o", Path.Combine(folder, "Plain.Api"), "--no-restore");
            workspace.New("classlib", "-n", "Plain.Client", "-o", Path.Combine(folder, "Plain.Client"), "--no-restore");
            workspace.New("xunit", "-n", "Plain.Tests", "-o", Path.Combine(folder, "Plain.Tests"), "--no-restore");
            workspace.New("sln", "-n", "Plain", "-o", folder);
            build.Dotnet(folder, "sln", "add", "Plain.Api", "Plain.Client", "Plain.Tests");
            build.Dotnet(folder, "add", "Plain.Tests", "reference", "Plain.Api", "Plain.Client");
            plain.Add(Commands.Seconds(() => build.Dotnet(folder, "build")));
        }

        // The same solution twice; one of them never looks at its contract.
        var with = workspace.Path($"golden-{Rounds - 1}");
        var without = workspace.Path($"golden-{Rounds - 2}");
        File.WriteAllText(Path.Combine(without, "contract", "contract.targets"), "<Project />");
        build.Dotnet(without, "build");
        List<double> checkedNoop = [], uncheckedNoop = [];
        for (var round = 0; round < 2 * Rounds; round++)
        {
            Commands.Say($"builds with nothing to do, round {round + 1} of {2 * Rounds}");
            checkedNoop.Add(Commands.Seconds(() => build.Dotnet(with, "build", "--no-restore")));
            uncheckedNoop.Add(Commands.Seconds(() => build.Dotnet(without, "build", "--no-restore")));
        }

        List<double> change = [];
        var contract = Path.Combine(with, "src", "Acme.Orders.Api", "openapi.yaml");
        for (var round = 0; round < Rounds; round++)
        {
            Commands.Say($"changes of the contract, round {round + 1} of {Rounds}");
            File.WriteAllText(contract, Regex.Replace(File.ReadAllText(contract), "maximum: 1[0-9]{3}\n", $"maximum: {1001 + round}\n"));
            change.Add(Commands.Seconds(() => build.Dotnet(with, "build", "--no-restore")));
        }

        return
        [
            new("fresh solution, restore and build", Statistics.Median(golden), "plain webapi, classlib and xunit", Statistics.Median(plain)),
            new("nothing to do", Statistics.Median(checkedNoop), "the same without the check of the contract", Statistics.Median(uncheckedNoop)),
            new("a limit of the contract changed", Statistics.Median(change), "nothing to do", Statistics.Median(checkedNoop)),
        ];
    }
}
