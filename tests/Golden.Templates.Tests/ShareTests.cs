namespace Golden.Templates.Tests;

/// <summary>What the templates have in common is written once.</summary>
public sealed class ShareTests
{
    // Fails, with the names of the files, when one was changed and `dotnet run share.cs` was not run.
    [Fact]
    public async Task CopiesAreWhatTheProgramMakesOfTheirOriginals() =>
        (await CommandLine.DotnetAsync(Repository.Root, "run", "share.cs", "--", "--check")).ShouldSucceed();
}
