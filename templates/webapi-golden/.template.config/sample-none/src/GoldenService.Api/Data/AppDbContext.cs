namespace GoldenService.Api;

using System;
using System.Text.Json;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

/// <summary>The tables, one class for each.</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<NoteEntity> Notes => Set<NoteEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds.Converter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NoteEntity>(note =>
        {
            note.ToTable("notes");

            // An id is one of its owner's. Whoever takes that of another's note has a note of its own, and learns of none.
            note.HasKey(n => new { n.Owner, n.Id });
        });

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
