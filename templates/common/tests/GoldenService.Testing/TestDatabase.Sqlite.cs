namespace GoldenService.Testing;

using System;
using System.IO;
using Microsoft.Data.Sqlite;
using Xunit;

/// <summary>A database of the tests, empty at first: a file in a folder of its own.</summary>
public sealed class TestDatabase : IDisposable
{
    /// <summary>What telemetry tells of every one.</summary>
    public const string SystemName = "sqlite";

    /// <summary>What telemetry tells of a statement about a table that is not there.</summary>
    public static readonly (string Type, string Code) NoSuchTable = ("Microsoft.Data.Sqlite.SqliteException", "1");

    private static readonly Lazy<TestDatabase> SharedDatabase = new();

    private readonly string folder = Directory.CreateTempSubdirectory("service-").FullName;

    public TestDatabase() => File.WriteAllBytes(FileName, []);

    /// <summary>Connection strings with which nothing runs, each with what the sentence about it says.</summary>
    public static TheoryData<string, string> Unusable => new() { { $"Data Source={Path.GetTempPath()}", "cannot be used; its folder must exist" } };

    /// <summary>The database of all services that do not need one of their own.</summary>
    public static TestDatabase Shared => SharedDatabase.Value;

    public string Name { get; } = "main";

    /// <summary>The tags of the server in telemetry: a file has none.</summary>
    public string[] Server { get; } = [];

    public string ConnectionString => $"Data Source={FileName}";

    private string FileName => Path.Combine(folder, "app.db");

    /// <summary>Has the file say that it was written by a later SQLite, which this one may read only (Database File Format, section 1.3.3).</summary>
    public void SetReadOnly()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        using var file = new FileStream(FileName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) { Position = 18 };
        file.WriteByte(3);
    }

    public void GoAway() => File.Move(FileName, FileName + ".away");

    public void ComeBack() => File.Move(FileName + ".away", FileName);

    public void Dispose()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(folder, recursive: true);
    }
}
