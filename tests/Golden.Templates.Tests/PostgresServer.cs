namespace Golden.Templates.Tests;

/// <summary>The PostgreSQL server on which tests make databases.</summary>
static class PostgresServer
{
    public const string Variable = "ConnectionStrings__Database";

    public static string ConnectionString() =>
        Need.Variable(Variable, $"These tests need a PostgreSQL server: {Variable}='Host=localhost;Username=postgres;Password=<password>' dotnet test");
}
