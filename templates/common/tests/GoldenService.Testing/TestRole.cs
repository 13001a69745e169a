namespace GoldenService.Testing;

using System;

/// <summary>A role that may connect and nothing else, until it is granted more. Its databases go before it does.</summary>
public sealed class TestRole : IDisposable
{
    public TestRole() => TestDatabase.Execute($"CREATE ROLE {Name} LOGIN PASSWORD '{Password}'");

    public string Name { get; } = $"role_{Guid.NewGuid():N}";

    public string Password { get; private set; } = $"{Guid.NewGuid():N}";

    public void ChangePassword()
    {
        Password = $"{Guid.NewGuid():N}";
        TestDatabase.Execute($"ALTER ROLE {Name} PASSWORD '{Password}'");
    }

    /// <summary>Where this role finds a database.</summary>
    public string On(TestDatabase database) => $"{database.ConnectionString};Username={Name};Password={Password}";

    public void Dispose() => TestDatabase.Execute($"DROP ROLE {Name}");
}
