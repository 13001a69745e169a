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
                id = table.Column<Guid>(type: "TEXT", nullable: false),
                source = table.Column<string>(type: "TEXT", nullable: false),
                webhook_id = table.Column<string>(type: "TEXT", nullable: false),
                type = table.Column<string>(type: "TEXT", nullable: false),
                body = table.Column<byte[]>(type: "BLOB", nullable: false),
                body_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                trace_parent = table.Column<string>(type: "TEXT", nullable: true),
                trace_state = table.Column<string>(type: "TEXT", nullable: true),
                received_at = table.Column<long>(type: "INTEGER", nullable: false),
                state = table.Column<string>(type: "TEXT", nullable: false),
                attempts = table.Column<int>(type: "INTEGER", nullable: false),
                due_at = table.Column<long>(type: "INTEGER", nullable: false),
                lease = table.Column<Guid>(type: "TEXT", nullable: true),
                last_error = table.Column<string>(type: "TEXT", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_messages", x => x.id);
            });

        migrationBuilder.CreateTable(
            name: "shipments",
            columns: table => new
            {
                message_id = table.Column<Guid>(type: "TEXT", nullable: false),
                order_id = table.Column<Guid>(type: "TEXT", nullable: false),
                customer = table.Column<string>(type: "TEXT", nullable: false),
                units = table.Column<int>(type: "INTEGER", nullable: false),
                tracking_number = table.Column<string>(type: "TEXT", nullable: true),
                created_at = table.Column<long>(type: "INTEGER", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_shipments", x => x.message_id);
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
            name: "shipments");
    }
}
