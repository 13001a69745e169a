namespace Golden.Templates.Tests;

/// <summary>What tests need and a machine may not have. Without it they are skipped; on a build server they fail.</summary>
static class Need
{
    /// <summary>The value of a variable of the environment.</summary>
    public static string Variable(string name, string reason) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw Missing(reason);

    /// <summary>Skips the test, or returns the failure.</summary>
    public static Exception Missing(string reason)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
        return new InvalidOperationException(reason);
    }
}
