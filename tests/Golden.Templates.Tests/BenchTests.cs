namespace Golden.Templates.Tests;

public sealed class BenchTests
{
    /// <summary>Nothing else compiles what measures, and it uses files of the template's tests.</summary>
    [Fact]
    public async Task TheBenchmarkCompilesSaysWhatItMeasuresAndRefusesAnUnknownCommit()
    {
        var help = await CommandLine.DotnetAsync(Repository.Root, "run", "--project", "bench", "--configuration", "Release", "--", "--help");

        help.ShouldSucceed();
        foreach (var part in (string[])["load", "start", "throughput", "worker-start", "tests", "growth", "build", "report"])
        {
            Assert.Contains($"  {part} ", help.Output, StringComparison.Ordinal);
        }

        // It is built above.
        var against = await CommandLine.DotnetAsync(Repository.Root, "run", "--project", "bench", "--configuration", "Release", "--no-build", "--", "--against", "no-such-commit");

        against.ShouldExitWith(1);
        Assert.Equal("--against: this repository has no commit 'no-such-commit'.", against.Output.Trim());
    }
}
