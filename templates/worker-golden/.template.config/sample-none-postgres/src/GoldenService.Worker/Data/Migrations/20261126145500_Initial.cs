namespace GoldenService.Worker;

using System;
using Microsoft.EntityFrameworkCore.Migrations;

public partial class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "messages",
            columns: table => new
            {
                id = table.Column<Guid>(type: "uuid", nullable: false),
                source = table.Column<string>(type: "text", nullable: false),
                webhook_id = table.Column<string>(type: "text", nullable: false),
                type = table.Column<string>(type: "text", nullable: false),
                body = table.Column<byte[]>(type: "bytea", nullable: false),
                body_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                trace_parent = table.Column<string>(type: "text", nullable: true),
                trace_state = table.Column<string>(type: "text", nullable: true),
                received_at = table.Column<long>(type: "bigint", nullable: false),
                state = table.Column<string>(type: "text", nullable: false),
                attempts = table.Column<int>(type: "integer", nullable: false),
                due_at = table.Column<long>(type: "bigint", nullable: false),
                lease = table.Column<Guid>(type: "uuid", nullable: true),
                last_error = table.Column<string>(type: "text", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_messages", x => x.id);
            });

        migrationBuilder.CreateTable(
            name: "notes",
            columns: table => new
            {
                message_id = table.Column<Guid>(type: "uuid", nullable: false),
                note_id = table.Column<Guid>(type: "uuid", nullable: false),
                text = table.Column<string>(type: "text", nullable: false),
                created_at = table.Column<long>(type: "bigint", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_notes", x => x.message_id);
            });

        migrationBuilder.CreateIndex(
            name: "IX_messages_source_webhook_id",
            table: "messages",
            columns: new[] { "source", "webhook_id" },
            unique: true);

        migrationBuilder.CreateIndex(
            name: "IX_messages_state_due_at_id",
            table: "messages",
            columns: new[] { "state", "due_at", "id" });
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "messages");

        migrationBuilder.DropTable(
            name: "notes");
    }
}
