// A plain taker of webhooks with plain EF Core, as `dotnet new webapi`, a `BackgroundService` and the tutorials have it: a row and a commit
// for each request, and the rows are worked off one by one. The signature is checked; there are no limits, no validation, no retries, no
// telemetry, no logs of requests. POSTGRES has the other provider.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContext<ShipmentsDb>(options =>
#if POSTGRES
    options.UseNpgsql(builder.Configuration.GetConnectionString("Database")));
#else
    options.UseSqlite(builder.Configuration.GetConnectionString("Database")));
#endif
builder.Services.AddHostedService<Shipper>();

var app = builder.Build();
var secret = Convert.FromBase64String(app.Configuration["Secret"]!);

// EF Core makes a SQLite database with a write-ahead log, and SQLite waits for the disk at each commit.
using (var scope = app.Services.CreateScope())
{
    scope.ServiceProvider.GetRequiredService<ShipmentsDb>().Database.EnsureCreated();
}

app.MapPost("/v1/webhooks", async (HttpRequest request, ShipmentsDb db) =>
{
    using var content = new MemoryStream();
    await request.Body.CopyToAsync(content);
    var body = content.ToArray();
    var (id, timestamp, signature) = (request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString());
    byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
    var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
    if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature))
        || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture)) > 300)
    {
        return Results.Unauthorized();
    }

    var message = new Message { Id = Guid.CreateVersion7(), WebhookId = id, Body = body, ReceivedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() };
    db.Messages.Add(message);
    await db.SaveChangesAsync();
    return Results.Json(new { messageId = message.Id }, statusCode: 202);
});

app.MapGet("/ready", async (ShipmentsDb db) => await db.Database.CanConnectAsync() ? Results.Ok() : Results.StatusCode(503));

app.Run();

public class Shipper(IServiceScopeFactory scopes) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            using var scope = scopes.CreateScope();
            var db = scope.ServiceProvider.GetRequiredService<ShipmentsDb>();
            var message = await db.Messages.Where(message => message.State == "Pending").OrderBy(message => message.ReceivedAt).FirstOrDefaultAsync(stoppingToken);
            if (message is null)
            {
                await Task.Delay(100, stoppingToken);
                continue;
            }

            var order = JsonSerializer.Deserialize<Webhook>(message.Body, JsonSerializerOptions.Web)!.Data;
            db.Shipments.Add(new Shipment { MessageId = message.Id, OrderId = order.OrderId, Customer = order.Customer, Units = order.Lines.Sum(line => line.Quantity), CreatedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
            message.State = "Done";
            await db.SaveChangesAsync(stoppingToken);
        }
    }
}

public record Webhook(string Type, DateTimeOffset Timestamp, Order Data);

public record Order(Guid OrderId, string Customer, List<Line> Lines);

public record Line(string Sku, int Quantity);

public class Message
{
    public Guid Id { get; set; }

    public required string WebhookId { get; set; }

    public required byte[] Body { get; set; }

    public long ReceivedAt { get; set; }

    public string State { get; set; } = "Pending";
}

public class Shipment
{
    public Guid MessageId { get; set; }

    public Guid OrderId { get; set; }

    public required string Customer { get; set; }

    public int Units { get; set; }

    public long CreatedAt { get; set; }
}

public class ShipmentsDb(DbContextOptions<ShipmentsDb> options) : DbContext(options)
{
    public DbSet<Message> Messages => Set<Message>();

    public DbSet<Shipment> Shipments => Set<Shipment>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Message>().ToTable("messages").HasIndex(message => message.WebhookId).IsUnique();
        modelBuilder.Entity<Message>().HasIndex(message => new { message.State, message.ReceivedAt });
        modelBuilder.Entity<Message>().Property(message => message.Id).ValueGeneratedNever();
        modelBuilder.Entity<Shipment>().ToTable("shipments").HasKey(shipment => shipment.MessageId);
        modelBuilder.Entity<Shipment>().Property(shipment => shipment.MessageId).ValueGeneratedNever();
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
