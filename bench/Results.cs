using System.Globalization;
using System.Text.Json;

namespace Golden.Templates.Bench;

/// <summary>What a part of the benchmark measured, and with what; and what whoever ran it has to say of it.</summary>
sealed record Measured<T>(string Date, int Processors, string Dotnet, IReadOnlyDictionary<string, string> Databases, T Result, string? Remark = null);

/// <summary>The results of each part, kept as data beside the document that is made of them.</summary>
static class Results
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    public static string Folder { get; } = Directory.CreateDirectory(Path.Combine(Workspace.Repository, "docs", "performance")).FullName;

    public static void Write<T>(string part, IReadOnlyDictionary<string, string> databases, T result)
    {
        var measured = new Measured<T>(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Environment.ProcessorCount, Environment.Version.ToString(), databases, result);
        File.WriteAllText(Path.Combine(Folder, $"{part}.json"), JsonSerializer.Serialize(measured, Json) + "\n");
    }

    /// <summary>What a part measured when it ran last, or null when it never did.</summary>
    public static Measured<T>? Read<T>(string part)
    {
        var file = Path.Combine(Folder, $"{part}.json");
        return File.Exists(file) ? JsonSerializer.Deserialize<Measured<T>>(File.ReadAllText(file), Json) : null;
    }
}
