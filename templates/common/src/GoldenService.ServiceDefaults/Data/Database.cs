namespace GoldenService.ServiceDefaults;

using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

/// <summary>Registers the database, and brings it up to date.</summary>
public static partial class Database
{
    /// <summary>Has the service store its data by a context, whose migrations stand beside it.</summary>
    public static void AddDatabase<TContext>(this IServiceCollection services)
        where TContext : DbContext => services
        .AddSingleton<DatabaseTelemetry>()
        .AddSingleton(Check<TContext>)
#if (!postgres)
        .AddSingleton<WriteGate>()
#endif
        .AddSingleton<CurrentConnectionString>()
        .AddScoped(Lease<TContext>)
        .AddScoped<DbContext>(provider => provider.GetRequiredService<TContext>())
        .AddPooledDbContextFactory<TContext>((provider, options) => options
            .UseDatabase(provider.GetRequiredService<CurrentConnectionString>().Value)
            .AddInterceptors(provider.GetRequiredService<DatabaseTelemetry>())
#if (!postgres)
            .AddInterceptors(provider.GetRequiredService<WriteGate>())
#endif

            // A failure is logged once, where it is handled; and a race that was lost is none.
            .ConfigureWarnings(events => events.Log(
                (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug))))
        .AddHealthChecks()
        .AddCheck<DatabaseCheck>("database");

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
        await CheckAsync(scope.ServiceProvider.GetRequiredService<DbContext>());
    }

    /// <summary>Applies the migrations that the database lacks.</summary>
    /// <exception cref="SettingException">The database cannot be used.</exception>
    public static async Task MigrateDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
#if (postgres)
        await MigrateAsync(db, UseMigrationRole(db, app.Configuration, app.Environment));
#else
        await MigrateAsync(db);
#endif
    }

    private static DatabaseCheck Check<TContext>(IServiceProvider provider)
        where TContext : DbContext
    {
        using var db = provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();
        return new([.. db.Database.GetMigrations()], provider.GetRequiredService<CurrentConnectionString>(), provider.GetRequiredService<TimeProvider>());
    }

    // A pooled context keeps the connection string that it was made with.
    private static TContext Lease<TContext>(IServiceProvider provider)
        where TContext : DbContext
    {
        var current = provider.GetRequiredService<CurrentConnectionString>().Value;
        var db = provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();
        if (db.Database.GetConnectionString() != current)
        {
            db.Database.SetConnectionString(current);
        }

        return db;
    }
}
