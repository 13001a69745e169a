// A plain web API with plain EF Core, as `dotnet new webapi` and the tutorials have it: no authentication, no limits, no
// validation, no telemetry, no logs of requests. COMPILED has compiled queries, and nothing else. POSTGRES has the other provider.
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddOpenApi();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
    options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
});
builder.Services.AddDbContext<OrdersDb>(options =>
#if POSTGRES
    options.UseNpgsql(builder.Configuration.GetConnectionString("Database")));
#else
    options.UseSqlite(builder.Configuration.GetConnectionString("Database")));
#endif

var app = builder.Build();

app.MapGet("/v1/orders/{id:guid}", async (Guid id, OrdersDb db) =>
#if COMPILED
    await Compiled.Find(db, id) is { } order
#else
    await db.Orders.AsNoTracking().Include(order => order.Lines).FirstOrDefaultAsync(order => order.Id == id) is { } order
#endif
        ? Results.Ok(order.ToDto())
        : Results.NotFound());

app.MapGet("/v1/orders", async (OrdersDb db, int limit = 50) =>
{
#if COMPILED
    var orders = new List<Order>();
    await foreach (var order in Compiled.Page(db, Order.Tester, limit + 1))
    {
        orders.Add(order);
    }
#else
    var orders = await db.Orders
        .AsNoTracking()
        .Where(order => order.Owner == Order.Tester)
        .OrderByDescending(order => order.PlacedAt)
        .ThenByDescending(order => order.Id)
        .Take(limit + 1)
        .Include(order => order.Lines)
        .ToListAsync();
#endif
    return Results.Ok(new PageDto([.. orders.Take(limit).Select(order => order.ToDto())], orders.Count > limit ? orders[limit - 1].Id.ToString() : null));
});

app.MapPost("/v1/orders", async (DraftDto draft, OrdersDb db) =>
{
    var order = draft.ToOrder();
    db.Orders.Add(order);
    await db.SaveChangesAsync();
    return Results.Created($"/v1/orders/{order.Id}", order.ToDto());
});

app.MapGet("/ready", async (OrdersDb db) => await db.Database.CanConnectAsync() ? Results.Ok() : Results.StatusCode(503));

app.Run();

public enum OrderStatus
{
    Open,
    Cancelled,
}

public enum Currency
{
    EUR,
    GBP,
    USD,
}

public class Order
{
    public const string Tester = "tester";

    public Guid Id { get; set; }

    public string Owner { get; set; } = Tester;

    public long Version { get; set; } = 1;

    public OrderStatus Status { get; set; }

    public DateTimeOffset PlacedAt { get; set; }

    public required string Customer { get; set; }

    public Currency Currency { get; set; }

    public decimal Total { get; set; }

    public string? Note { get; set; }

    public List<OrderLine> Lines { get; set; } = [];

    public OrderDto ToDto() => new(
        Id,
        Status.ToString().ToLowerInvariant(),
        PlacedAt,
        Customer,
        Currency,
        [.. Lines.OrderBy(line => line.Position).Select(line => new LineDto(line.Sku, line.Quantity, line.UnitPrice))],
        Total,
        Note);
}

public class OrderLine
{
    public Guid OrderId { get; set; }

    public int Position { get; set; }

    public required string Sku { get; set; }

    public int Quantity { get; set; }

    public decimal UnitPrice { get; set; }
}

public record LineDto(string Sku, int Quantity, decimal UnitPrice);

public record OrderDto(Guid Id, string Status, DateTimeOffset PlacedAt, string Customer, Currency Currency, List<LineDto> Lines, decimal Total, string? Note);

public record PageDto(List<OrderDto> Orders, string? NextCursor);

public record DraftDto(string Customer, Currency Currency, List<LineDto> Lines, string? Note)
{
    public Order ToOrder() => new()
    {
        Id = Guid.CreateVersion7(),
        PlacedAt = DateTimeOffset.UtcNow,
        Customer = Customer,
        Currency = Currency,
        Note = Note,
        Total = Lines.Sum(line => line.Quantity * line.UnitPrice),
        Lines = [.. Lines.Select((line, index) => new OrderLine { Position = index, Sku = line.Sku, Quantity = line.Quantity, UnitPrice = line.UnitPrice })],
    };
}

public class OrdersDb(DbContextOptions<OrdersDb> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<decimal>().HaveConversion<Cents>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();
        configurationBuilder.Properties<OrderStatus>().HaveConversion<string>();
        configurationBuilder.Properties<Currency>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>().ToTable("orders").HasMany(order => order.Lines).WithOne().HasForeignKey(line => line.OrderId);
        modelBuilder.Entity<Order>().Property(order => order.Id).ValueGeneratedNever();
        modelBuilder.Entity<OrderLine>().ToTable("order_lines").HasKey(line => new { line.OrderId, line.Position });
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    private sealed class Cents() : ValueConverter<decimal, long>(amount => (long)(amount * 100), cents => cents * 0.01m);

    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
#if COMPILED

public static class Compiled
{
    public static readonly Func<OrdersDb, Guid, Task<Order?>> Find = EF.CompileAsyncQuery((OrdersDb db, Guid id) =>
        db.Orders.AsNoTracking().Include(order => order.Lines).FirstOrDefault(order => order.Id == id));

    public static readonly Func<OrdersDb, string, int, IAsyncEnumerable<Order>> Page = EF.CompileAsyncQuery((OrdersDb db, string owner, int count) =>
        db.Orders
            .AsNoTracking()
            .Where(order => order.Owner == owner)
            .OrderByDescending(order => order.PlacedAt)
            .ThenByDescending(order => order.Id)
            .Take(count)
            .Include(order => order.Lines));
}
#endif
