namespace GoldenService.Api;

using System;
using Microsoft.EntityFrameworkCore.Migrations;

public partial class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "notes",
            columns: table => new
            {
                owner = table.Column<string>(type: "TEXT", nullable: false),
                id = table.Column<Guid>(type: "TEXT", nullable: false),
                text = table.Column<string>(type: "TEXT", nullable: false),
                saved_at = table.Column<long>(type: "INTEGER", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_notes", x => new { x.owner, x.id });
            });
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "notes");
    }
}
