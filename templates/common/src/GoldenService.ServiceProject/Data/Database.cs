namespace GoldenService;

using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

/// <summary>Registers the database, and brings it up to date.</summary>
internal static partial class Database
{
    public static void AddDatabase(this IServiceCollection services) => services
        .AddSingleton<DatabaseTelemetry>()
        .AddSingleton<CurrentConnectionString>()
        .AddScoped(Lease)
        .AddPooledDbContextFactory<AppDbContext>((provider, options) => options
            .UseDatabase(provider.GetRequiredService<CurrentConnectionString>().Value)
            .AddInterceptors(provider.GetRequiredService<DatabaseTelemetry>())

            // A failure is logged once, where it is handled; and a race that was lost is none.
            .ConfigureWarnings(events => events.Log(
                (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug))));

    /// <summary>
    /// Checks that the database can be used, and in Development migrates it. Elsewhere migrating is a step of its own,
    /// with rights that the service need not have; /health/ready tells when it is due.
    /// </summary>
    /// <exception cref="SettingException">The database cannot be used.</exception>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            await app.MigrateDatabaseAsync();
            return;
        }

        await using var scope = app.Services.CreateAsyncScope();
        await CheckAsync(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    /// <summary>Applies the migrations that the database lacks.</summary>
    /// <exception cref="SettingException">The database cannot be used.</exception>
    public static async Task MigrateDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
#if (postgres)
        UseMigrationRole(db, app.Configuration);
#endif
        await MigrateAsync(db);
    }

    // A pooled context keeps the connection string that it was made with.
    private static AppDbContext Lease(IServiceProvider provider)
    {
        var current = provider.GetRequiredService<CurrentConnectionString>().Value;
        var db = provider.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContext();
        if (db.Database.GetConnectionString() != current)
        {
            db.Database.SetConnectionString(current);
        }

        return db;
    }
}
