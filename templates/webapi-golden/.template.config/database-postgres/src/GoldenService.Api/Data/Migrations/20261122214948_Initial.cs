namespace GoldenService.Api;

using System;
using Microsoft.EntityFrameworkCore.Migrations;

public partial class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "orders",
            columns: table => new
            {
                id = table.Column<Guid>(type: "uuid", nullable: false),
                owner = table.Column<string>(type: "text", nullable: false),
                version = table.Column<long>(type: "bigint", nullable: false),
                status = table.Column<string>(type: "text", nullable: false),
                placed_at = table.Column<long>(type: "bigint", nullable: false),
                customer = table.Column<string>(type: "text", nullable: false),
                currency = table.Column<string>(type: "text", nullable: false),
                total = table.Column<long>(type: "bigint", nullable: false),
                note = table.Column<string>(type: "text", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_orders", x => x.id);
            });

        migrationBuilder.CreateTable(
            name: "idempotency_keys",
            columns: table => new
            {
                owner = table.Column<string>(type: "text", nullable: false),
                operation = table.Column<string>(type: "text", nullable: false),
                key = table.Column<string>(type: "text", nullable: false),
                request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                order_id = table.Column<Guid>(type: "uuid", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_idempotency_keys", x => new { x.owner, x.operation, x.key });
                table.ForeignKey(
                    name: "FK_idempotency_keys_orders_order_id",
                    column: x => x.order_id,
                    principalTable: "orders",
                    principalColumn: "id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "order_lines",
            columns: table => new
            {
                order_id = table.Column<Guid>(type: "uuid", nullable: false),
                position = table.Column<int>(type: "integer", nullable: false),
                sku = table.Column<string>(type: "text", nullable: false),
                quantity = table.Column<int>(type: "integer", nullable: false),
                unit_price = table.Column<long>(type: "bigint", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_order_lines", x => new { x.order_id, x.position });
                table.ForeignKey(
                    name: "FK_order_lines_orders_order_id",
                    column: x => x.order_id,
                    principalTable: "orders",
                    principalColumn: "id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateIndex(
            name: "IX_idempotency_keys_order_id",
            table: "idempotency_keys",
            column: "order_id");

        migrationBuilder.CreateIndex(
            name: "IX_orders_owner_customer_placed_at_id",
            table: "orders",
            columns: new[] { "owner", "customer", "placed_at", "id" });

        migrationBuilder.CreateIndex(
            name: "IX_orders_owner_placed_at_id",
            table: "orders",
            columns: new[] { "owner", "placed_at", "id" });

        migrationBuilder.CreateIndex(
            name: "IX_orders_owner_status_placed_at_id",
            table: "orders",
            columns: new[] { "owner", "status", "placed_at", "id" });

        migrationBuilder.CreateIndex(
            name: "IX_orders_owner_total",
            table: "orders",
            columns: new[] { "owner", "total" });
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "idempotency_keys");

        migrationBuilder.DropTable(
            name: "order_lines");

        migrationBuilder.DropTable(
            name: "orders");
    }
}
