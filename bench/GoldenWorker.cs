using System.Security.Cryptography;

namespace Golden.Templates.Bench;

/// <summary>The generated worker with what it needs around it: the same as the API, and a sender's secret. There is no carrier, so none is called.</summary>
sealed class GoldenWorker(Workspace workspace) : IAsyncDisposable
{
    private readonly GoldenApi surroundings = new(workspace);

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(32);

    public void Migrate(string assembly, BenchDatabase database) => surroundings.Migrate(assembly, database);

    /// <summary>Everything on, and limits that no load reaches.</summary>
    public Dictionary<string, string> Settings(BenchDatabase database) => new(surroundings.Settings(database))
    {
        ["RateLimits__PerSource"] = "1000000",
        ["Webhooks__Sources__shop__Secrets__0"] = Convert.ToBase64String(Secret),
    };

    public ValueTask DisposeAsync() => surroundings.DisposeAsync();
}
