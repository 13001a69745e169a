namespace Golden.Templates.Bench;

/// <summary>From `dotnet new` to green tests, packages downloaded and compiler warm: the generated solution against a plain web API with a plain project of tests.</summary>
static class TestsBench
{
    private const int Rounds = 3;

    public static Beside Run(Workspace workspace)
    {
        using var build = new BuildServer();
        List<double> golden = [], plain = [];

        // The first round warms up: packages, compiler, files.
        for (var round = 0; round <= Rounds; round++)
        {
            Commands.Say(round == 0 ? "from dotnet new to green tests: warming up" : $"from dotnet new to green tests, round {round} of {Rounds}");
            var goldenSeconds = Commands.Seconds(() => Golden(workspace, build, workspace.Path($"tested-golden-{round}")));
            var plainSeconds = Commands.Seconds(() => Plain(workspace, build, workspace.Path($"tested-plain-{round}")));
            if (round > 0)
            {
                golden.Add(goldenSeconds);
                plain.Add(plainSeconds);
            }
        }

        return new("webapi-golden", Statistics.Median(golden), "webapi and xunit", Statistics.Median(plain));
    }

    private static void Golden(Workspace workspace, BuildServer build, string folder)
    {
        workspace.New("webapi-golden", "-n", "Acme.Orders", "-o", folder, "--no-restore");
        build.Dotnet(folder, "test");
    }

    private static void Plain(Workspace workspace, BuildServer build, string folder)
    {
        workspace.New("webapi", "-n", "Plain.Api", "-o", Path.Combine(folder, "Plain.Api"), "--no-restore");
        workspace.New("xunit", "-n", "Plain.Tests", "-o", Path.Combine(folder, "Plain.Tests"), "--no-restore");
        workspace.New("sln", "-n", "Plain", "-o", folder);
        build.Dotnet(folder, "sln", "add", "Plain.Api", "Plain.Tests");
        build.Dotnet(folder, "add", "Plain.Tests", "reference", "Plain.Api");
        build.Dotnet(folder, "test");
    }
}
