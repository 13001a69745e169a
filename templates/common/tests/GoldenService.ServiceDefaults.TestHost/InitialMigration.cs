namespace GoldenService.ServiceDefaults.TestHost;

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

/// <summary>Written by hand, so that it fits each database.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261129000000_Initial")]
public sealed class InitialMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "items",
            table => new
            {
                id = table.Column<System.Guid>(),
                owner = table.Column<string>(),
                name = table.Column<string>(),
                quantity = table.Column<int>(),
                created_at = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_items", row => row.id));
        migrationBuilder.CreateIndex("IX_items_owner_name", "items", ["owner", "name"]);
    }
}
