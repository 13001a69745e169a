using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>The Docker engine of this machine, as far as it has one for Linux.</summary>
static partial class Docker
{
    // Images to build from in place of the public ones, where no registry can be reached.
    const string SdkVariable = "GOLDEN_SDK_IMAGE";
    const string RuntimeVariable = "GOLDEN_RUNTIME_IMAGE";

    static string? SdkImage => Environment.GetEnvironmentVariable(SdkVariable) is { Length: > 0 } image ? image : null;

    /// <summary>Skips the test where there is no engine. Whoever names images to build from has one.</summary>
    public static async Task NeedAsync()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GOLDEN_CONTAINERS") == "none", "GOLDEN_CONTAINERS says that there are no images to build from.");
        var reason = $"These tests need a Docker engine for Linux; {SdkVariable} and {RuntimeVariable} may name images to build from.";
        try
        {
            var info = await CommandLine.RunAsync(StartInfo(Repository.Root, "info", "--format", "{{.OSType}}"));
            if (info.ExitCode == 0 && info.Output.Trim() == "linux")
            {
                return;
            }
        }
        catch (InvalidOperationException problem) when (problem.Message.Contains("cannot be started", StringComparison.Ordinal))
        {
            // There is no docker here.
        }

        Assert.SkipWhen(SdkImage is null, reason);
        Assert.Fail(reason);
    }

    /// <summary>Skips the test where there is no engine, or where this image neither is nor can be had.</summary>
    public static async Task NeedImageAsync(string image)
    {
        await NeedAsync();
        if ((await CommandLine.RunAsync(StartInfo(Repository.Root, "image", "inspect", image))).ExitCode != 0
            && (await CommandLine.RunAsync(StartInfo(Repository.Root, "pull", "--quiet", image))).ExitCode != 0)
        {
            throw Need.Missing($"These tests need the image {image}, and the Docker engine cannot get it.");
        }
    }

    /// <summary>Builds the image of a folder with a Dockerfile in it, as it is but for the stand-ins. What is restored in there comes by the machine's own network.</summary>
    public static async Task BuildAsync(string folder, string dockerfile, string tag)
    {
        if (SdkImage is { } sdk)
        {
            // Not by ARG: Dependabot passes over images that it names.
            var text = await File.ReadAllTextAsync(Path.Combine(folder, dockerfile), TestContext.Current.CancellationToken);
            dockerfile += ".stand-in";
            await File.WriteAllTextAsync(Path.Combine(folder, dockerfile), PublicImage().Replace(text, image => image.Value.EndsWith("sdk", StringComparison.Ordinal) ? $"FROM {sdk} AS sdk" : $"FROM {Environment.GetEnvironmentVariable(RuntimeVariable)} AS runtime"));
        }

        // The first stages get names too, by which they can be removed: the old builder keeps them.
        foreach (var stage in (string[])["projects", "build"])
        {
            await RunAsync(folder, ["build", "--file", dockerfile, "--network", "host", "--target", stage, "--tag", $"{tag}-{stage}", "."]);
        }

        await RunAsync(folder, ["build", "--file", dockerfile, "--network", "host", "--tag", tag, "."]);
    }

    /// <summary>Runs a command that must succeed, and returns what it printed.</summary>
    public static async Task<string> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var run = await CommandLine.RunAsync(StartInfo(folder, arguments));
        run.ShouldSucceed();
        return run.Output.Trim();
    }

    public static async Task<JsonElement> InspectAsync(string container) => JsonElement.Parse(await RunAsync(Repository.Root, "inspect", container))[0];

    /// <summary>Removes what a test made, whatever became of it.</summary>
    public static async Task RemoveAsync(string name)
    {
        foreach (var arguments in (string[][])[["rm", "--force", "--volumes", name], ["volume", "rm", "--force", name], ["image", "rm", "--force", name, $"{name}-projects", $"{name}-build"]])
        {
            await CommandLine.RunAsync(StartInfo(Repository.Root, arguments), CancellationToken.None);
        }
    }

    [GeneratedRegex("^FROM mcr.+ AS (sdk|runtime)$", RegexOptions.Multiline)]
    private static partial Regex PublicImage();

    static System.Diagnostics.ProcessStartInfo StartInfo(string folder, params IEnumerable<string> arguments)
    {
        var start = CommandLine.StartInfo("docker", folder, arguments);
        // The builder that the oldest engines have, too.
        start.Environment["DOCKER_BUILDKIT"] = "0";
        return start;
    }
}
