namespace GoldenService.Worker;

using System;
using System.Text.Json;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

/// <summary>The tables, one class for each.</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<MessageEntity> Messages => Set<MessageEntity>();

#if (sample)
    public DbSet<ShipmentEntity> Shipments => Set<ShipmentEntity>();
#else
    public DbSet<NoteEntity> Notes => Set<NoteEntity>();
#endif

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds.Converter>();
        configurationBuilder.Properties<MessageState>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MessageEntity>(message =>
        {
            message.ToTable("messages");
            message.Property(m => m.Id).ValueGeneratedNever();

            // The first makes a webhook one message, however often it is sent; the second serves claims, dead letters and the purge.
            message.HasIndex(m => new { m.Source, m.WebhookId }).IsUnique();
            message.HasIndex(m => new { m.State, m.DueAt, m.Id });
        });

#if (sample)
        modelBuilder.Entity<ShipmentEntity>(shipment =>
        {
            shipment.ToTable("shipments");
            shipment.HasKey(row => row.MessageId);
            shipment.Property(row => row.MessageId).ValueGeneratedNever();
        });
#else
        modelBuilder.Entity<NoteEntity>(note =>
        {
            note.ToTable("notes");
            note.HasKey(row => row.MessageId);
            note.Property(row => row.MessageId).ValueGeneratedNever();
        });
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
