namespace GoldenService.Api;

using Npgsql;

/// <summary>Where the data is: on a PostgreSQL server.</summary>
internal static class Storage
{
    /// <summary>The place that a connection string names, without its secrets.</summary>
    public static string PlaceOf(string? connectionString)
    {
        var parsed = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{parsed.Host}/{parsed.Database}";
    }
}
