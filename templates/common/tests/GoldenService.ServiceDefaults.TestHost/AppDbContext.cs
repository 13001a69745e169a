namespace GoldenService.ServiceDefaults.TestHost;

using System;
using Microsoft.EntityFrameworkCore;

/// <summary>The one table of the host.</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<ItemEntity> Items => Set<ItemEntity>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<ItemEntity>(item =>
    {
        item.ToTable("items");
        item.Property(i => i.Id).HasColumnName("id").ValueGeneratedNever();
        item.Property(i => i.Owner).HasColumnName("owner");
        item.Property(i => i.Name).HasColumnName("name");
        item.Property(i => i.Quantity).HasColumnName("quantity");
        item.Property(i => i.CreatedAt).HasColumnName("created_at").HasConversion<UnixMilliseconds.Converter>();
        item.HasIndex(i => new { i.Owner, i.Name });
    });
}

/// <summary>An item as it is stored.</summary>
public sealed class ItemEntity
{
    public required Guid Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    public required int Quantity { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
