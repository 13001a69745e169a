namespace GoldenService.Tests;

using System;

/// <summary>The PostgreSQL server that the environment names.</summary>
internal static class TestServer
{
    /// <summary>Why there is none, and the mend.</summary>
    public const string Reason = $"These tests need a PostgreSQL server: {Variable}='Host=localhost;Username=postgres;Password=<password>' dotnet test";

    private const string Variable = "ConnectionStrings__Orders";

    /// <summary>Where it is, or null.</summary>
    public static string? ConnectionString { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : null;
}
