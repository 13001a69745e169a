using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

public sealed partial class RepositoryTests
{
    /// <summary>What is true on one machine only must not be in a file that everyone gets.</summary>
    [Fact]
    public async Task NoTrackedFileNamesAMachineOrARegistry()
    {
        foreach (var file in await Repository.TrackedFilesAsync("."))
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            for (var number = 0; number < lines.Length; number++)
            {
                var match = MachineOrRegistry().Match(lines[number]);
                Assert.False(match.Success, $"Line {number + 1} of {file} names {match.Value}: leave it out, or say it without the machine.");
            }
        }
    }

    /// <summary>`dotnet ef migrations add` keeps the name of the class and gives the file its name: under another one there would be two.</summary>
    [Fact]
    public async Task ASnapshotOfAModelIsNamedLikeItsFile()
    {
        foreach (var file in await Repository.TrackedFilesAsync("templates/**/*ModelSnapshot.cs"))
        {
            Assert.Contains($"partial class {Path.GetFileNameWithoutExtension(file)} :", await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    /// <summary>Two files of requests, one with tokens and one without, and no other difference.</summary>
    [Theory]
    [InlineData("", "auth-none")]
    [InlineData(".template.config/sample-none", "sample-none-auth-none")]
    public async Task RequestsWithoutTokensAreTheSameRequests(string source, string variant)
    {
        var template = Path.Combine(Repository.Root, "templates", "webapi-golden");
        var with = await File.ReadAllTextAsync(Path.Combine(template, source, "requests.http"), TestContext.Current.CancellationToken);
        var without = await File.ReadAllTextAsync(Path.Combine(template, ".template.config", variant, "requests.http"), TestContext.Current.CancellationToken);
        Assert.Equal(without, Tokens().Replace(with, ""));
    }

    // In two halves each, so that this file passes its own test.
    [Theory]
    [InlineData("see /home", "/ada/src", true)]
    [InlineData(@"see C:\Users", @"\ada\src", true)]
    [InlineData("https://registry.", "npmjs.org/nswag/-/nswag.tgz", true)]
    [InlineData("https://json.schemastore.org", "/template", false)]
    [InlineData("a /workspace/", " and src/work/", false)]
    public void MachinesAndRegistriesAreRecognised(string start, string end, bool recognised) =>
        Assert.Equal(recognised, MachineOrRegistry().IsMatch(start + end));

    [GeneratedRegex(@"(?<![\w.])/(home|Users|root|work|tmp)/\w|[A-Za-z]:\\Users\\|registry\.npmjs|api\.nuget\.org|pkgs\.dev\.azure\.com|npm\.pkg\.github")]
    private static partial Regex MachineOrRegistry();

    [GeneratedRegex(@"# dotnet user-jwts.*\n@token.*\n\n|Authorization: .*\n")]
    private static partial Regex Tokens();
}
