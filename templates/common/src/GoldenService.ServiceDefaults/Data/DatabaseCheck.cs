namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

/// <summary>
/// Whether the database has every migration and takes writes. It is asked once a second at most, however many probes come, and over
/// a connection of its own, so that a service stays ready while its requests use all other connections.
/// </summary>
internal sealed class DatabaseCheck(IReadOnlyCollection<string> migrations, CurrentConnectionString connectionString, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private static readonly HealthCheckResult LacksMigrations = HealthCheckResult.Unhealthy("The database lacks migrations; the command migrate applies them.");

    private readonly Lock access = new();
    private Task<HealthCheckResult>? latest;
    private long askedAt;
    private volatile bool isMigrated;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (access)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(askedAt) > Age))
            {
                askedAt = time.GetTimestamp();
                latest = Task.Run(AskAsync, CancellationToken.None);
            }

            return latest.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        // Not read again while it is so: a migration of the next version locks the table, and this one serves on.
        var wasMigrated = isMigrated;
        isMigrated = false;
        try
        {
            await using var probe = await Database.OpenProbeAsync(connectionString.Value);
            if (!wasMigrated && migrations.Except(await AppliedAsync(probe)).Any())
            {
                return LacksMigrations;
            }

            isMigrated = await Database.TakesWritesAsync(probe);
            return isMigrated ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database takes no writes.");
        }
        catch (Exception exception) when (!wasMigrated && Database.IsEmpty(exception))
        {
            return LacksMigrations;
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", exception);
        }
    }

    private static async Task<IReadOnlyList<string>> AppliedAsync(DbConnection probe)
    {
        await using var command = probe.CreateCommand();
        command.CommandText = """SELECT "MigrationId" FROM "__EFMigrationsHistory" """;
        await using var reader = await command.ExecuteReaderAsync();
        var applied = new List<string>();
        while (await reader.ReadAsync())
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }
}
