namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

/// <summary>
/// Whether the database has every migration and takes writes. It is asked once a second at most, however many probes come, and over
/// a connection of its own: a service whose connections are all in use is busy, and sending its requests elsewhere mends nothing.
/// </summary>
internal sealed class DatabaseCheck(IServiceScopeFactory scopes, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

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
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<DbContext>();
            Database.UseProbe(db);
            if (!isMigrated && await LacksMigrationsAsync(db))
            {
                return HealthCheckResult.Unhealthy("The database lacks migrations; the command migrate applies them.");
            }

            // Not read again: a migration of the next version locks the table, and this one serves on.
            isMigrated = true;
            return await Database.TakesWritesAsync(db)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The database takes no writes.");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", exception);
        }
    }

    private static async Task<bool> LacksMigrationsAsync(DbContext db)
    {
        try
        {
            var applied = await db.Database.SqlQuery<string>($"""SELECT "MigrationId" AS "Value" FROM "__EFMigrationsHistory" """).ToListAsync();
            return db.Database.GetMigrations().Except(applied).Any();
        }
        catch (Exception exception) when (Database.IsEmpty(exception))
        {
            return true;
        }
    }
}
