namespace GoldenService.Api;

using System;
using System.Text.Json;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

/// <summary>The tables, one class for each.</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<OrderEntity> Orders => Set<OrderEntity>();

    public DbSet<IdempotencyKeyEntity> IdempotencyKeys => Set<IdempotencyKeyEntity>();
#if (outbox)

    public DbSet<OutboxMessageEntity> OutboxMessages => Set<OutboxMessageEntity>();
#endif

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<decimal>().HaveConversion<MinorUnits.Converter>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds.Converter>();
        configurationBuilder.Properties<OrderStatus>().HaveConversion<string>();
        configurationBuilder.Properties<Currency>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OrderEntity>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Id).ValueGeneratedNever();
            order.Property(o => o.Version).IsConcurrencyToken();
            order.HasMany(o => o.Lines).WithOne().HasForeignKey(l => l.OrderId);

            // The first index serves the pages, each of the others a filter, in the order of the pages where it can.
            order.HasIndex(o => new { o.Owner, o.PlacedAt, o.Id });
            order.HasIndex(o => new { o.Owner, o.Customer, o.PlacedAt, o.Id });
            order.HasIndex(o => new { o.Owner, o.Status, o.PlacedAt, o.Id });
            order.HasIndex(o => new { o.Owner, o.Total });
        });

        modelBuilder.Entity<OrderLineEntity>(line =>
        {
            line.ToTable("order_lines");
            line.HasKey(l => new { l.OrderId, l.Position });
        });

        modelBuilder.Entity<IdempotencyKeyEntity>(key =>
        {
            key.ToTable("idempotency_keys");
            key.HasKey(k => new { k.Owner, k.Operation, k.Key });
            key.HasOne<OrderEntity>().WithMany().HasForeignKey(k => k.OrderId);
        });
#if (outbox)

        modelBuilder.ApplyConfiguration(new OutboxMessageConfiguration());
#endif

        // Names that SQL written by hand need not quote.
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }
        }
    }
}
