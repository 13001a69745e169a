namespace GoldenService.Api;

using Microsoft.Data.Sqlite;

/// <summary>Where the data is: in a file of SQLite.</summary>
internal static class Storage
{
    /// <summary>The place that a connection string names, without its secrets.</summary>
    public static string PlaceOf(string? connectionString) => new SqliteConnectionStringBuilder(connectionString).DataSource;
}
