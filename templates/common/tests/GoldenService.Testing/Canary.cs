namespace GoldenService.Testing;

using System;
using Xunit;

/// <summary>A value that looks like a secret: tests put it where callers and settings can, and search for it in all output of the service.</summary>
public static class Canary
{
    public const string Value = "canary-7f3a9c";

    /// <summary>Fails with what surrounds the value where the output has it.</summary>
    public static void AssertAbsent(string output)
    {
        var at = output.IndexOf(Value, StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? "" : $"…{output[Math.Max(0, at - 300)..Math.Min(output.Length, at + 100)]}…");
    }

    /// <summary>The settings with which all loggers log everything.</summary>
    public static (string Name, string Value)[] AllIsLogged { get; } =
        [("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Trace")];
}
