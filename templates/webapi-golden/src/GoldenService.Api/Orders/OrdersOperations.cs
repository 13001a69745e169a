namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>The operations of the contract on orders. A caller sees its own orders, and nothing tells it that there are others.</summary>
public sealed partial class OrdersOperations(AppDbContext db, Caller caller, TimeProvider time, OrdersMetrics metrics, ILogger<OrdersOperations> logger) : IOrdersOperations
{
    // The id alone makes it one order at most; to ask for the first would make a subquery of it.
    private static readonly Func<AppDbContext, string, Guid, IAsyncEnumerable<OrderEntity>> WithId = EF.CompileAsyncQuery(
        (AppDbContext db, string owner, Guid id) =>
            db.Orders.AsNoTracking().Include(order => order.Lines).Where(order => order.Owner == owner && order.Id == id));

    // What most calls ask for; pages with filters are translated when they are asked for.
    private static readonly Func<AppDbContext, string, DateTimeOffset, Guid, int, IAsyncEnumerable<OrderEntity>> PageAfter = EF.CompileAsyncQuery(
        (AppDbContext db, string owner, DateTimeOffset placedAt, Guid id, int count) =>
            db.Orders
                .AsNoTracking()
                .Where(order => order.Owner == owner && order.PlacedAt <= placedAt && (order.PlacedAt < placedAt || order.Id < id))
                .OrderByDescending(order => order.PlacedAt)
                .ThenByDescending(order => order.Id)
                .Take(count)
                .Include(order => order.Lines));

    private static readonly Func<AppDbContext, string, string, CancellationToken, Task<IdempotencyKeyEntity?>> FindKey = EF.CompileAsyncQuery(
        (AppDbContext db, string owner, string key, CancellationToken cancellationToken) =>
            db.IdempotencyKeys.AsNoTracking().FirstOrDefault(row => row.Owner == owner && row.Operation == nameof(CreateOrder) && row.Key == key));

    public async Task<CreateOrderResult> CreateOrder(CreateOrderRequest request, CancellationToken cancellationToken)
    {
        var order = request.Body.ToEntity(caller.Subject, time.GetUtcNow().Stored());
        db.Add(order);
#if (outbox)
        db.AddPlaced(order);
#endif
        db.Add(new IdempotencyKeyEntity
        {
            Owner = caller.Subject,
            Operation = nameof(CreateOrder),
            Key = request.IdempotencyKey,
            RequestHash = HashOf(request.Body),
            OrderId = order.Id,
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            metrics.Placed(order.Currency);
            return Created(order);
        }
        catch (DbUpdateException exception) when (Database.IsDuplicateKey(exception))
        {
            // The key is not new, and a caller's retries are rarer than its orders. Its first order and the key were saved together.
            var key = await FindKey(db, caller.Subject, request.IdempotencyKey, cancellationToken) ?? throw new UnreachableException();
            return key.RequestHash.AsSpan().SequenceEqual(HashOf(request.Body))
                ? Created(await FindAsync(key.OrderId, cancellationToken) ?? throw new UnreachableException())
                : CreateOrderResult.Conflict("The Idempotency-Key has placed an order with another body; a new order needs a new key.");
        }
    }

    public async Task<GetOrderResult> GetOrder(GetOrderRequest request, CancellationToken cancellationToken) =>
        await FindAsync(request.OrderId, cancellationToken) is { } order
            ? GetOrderResult.Ok(order.ToOrder(), order.ETag())
            : GetOrderResult.NotFound(NoSuchOrder);

    public async Task<ListOrdersResult> ListOrders(ListOrdersRequest request, CancellationToken cancellationToken)
    {
        var cursor = OrdersCursor.Start;
        if (request.Cursor is { } text && !OrdersCursor.TryParse(text, out cursor))
        {
            return ListOrdersResult.BadRequest("cursor", "must be the nextCursor of a page");
        }

        // One more than the page holds tells whether there is a page after it.
        var (placedAt, id) = cursor;
        var count = request.Limit + 1;
        var orders = request is { Customer: null, Status: null, MinTotal: null, PlacedFrom: null, PlacedBefore: null }
            ? PageAfter(db, caller.Subject, placedAt, id, count)
            : Filtered(request)
                .Where(order => order.PlacedAt <= placedAt && (order.PlacedAt < placedAt || order.Id < id)) // The first comparison alone is what an index can seek.
                .OrderByDescending(order => order.PlacedAt)
                .ThenByDescending(order => order.Id)
                .Take(count)
                .Include(order => order.Lines)
                .AsAsyncEnumerable();

        var page = await orders.ToListAsync(cancellationToken);
        return ListOrdersResult.Ok(new OrderPage
        {
            Orders = [.. page.Take(request.Limit).Select(order => order.ToOrder())],
            NextCursor = page.Count > request.Limit ? OrdersCursor.After(page[request.Limit - 1]).ToString() : null,
        });
    }

    public async Task<UpdateOrderResult> UpdateOrder(UpdateOrderRequest request, CancellationToken cancellationToken)
    {
        var order = await db.Orders.Include(order => order.Lines).FirstOrDefaultAsync(order => order.Owner == caller.Subject && order.Id == request.OrderId, cancellationToken);
        if (order is null)
        {
            return UpdateOrderResult.NotFound(NoSuchOrder);
        }

        if (order.Status == OrderStatus.Cancelled)
        {
            return UpdateOrderResult.Conflict("The order is cancelled; only an open one can be changed.");
        }

        if (order.ETag() != request.IfMatch)
        {
            return UpdateOrderResult.PreconditionFailed(Changed);
        }

        var draft = request.Body;
        order.Customer = draft.Customer;
        order.Currency = draft.Currency;
        order.Note = draft.Note;
        order.Total = draft.Lines.Total();
        order.Lines.Clear();
        order.Lines.AddRange(draft.Lines.ToEntities());
        order.Version++;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return UpdateOrderResult.Ok(order.ToOrder(), order.ETag());
        }
        catch (DbUpdateConcurrencyException)
        {
            return UpdateOrderResult.PreconditionFailed(Changed);
        }
    }

    public async Task<CancelOrderResult> CancelOrder(CancelOrderRequest request, CancellationToken cancellationToken)
    {
        // One statement: an update at the same time comes before it or fails, and a second cancellation changes nothing.
        var cancelled = await db.Orders
            .Where(order => order.Owner == caller.Subject && order.Id == request.OrderId && order.Status == OrderStatus.Open)
            .ExecuteUpdateAsync(
                order => order.SetProperty(o => o.Status, OrderStatus.Cancelled).SetProperty(o => o.Version, o => o.Version + 1),
                cancellationToken);

        if (await FindAsync(request.OrderId, cancellationToken) is not { } order)
        {
            return CancelOrderResult.NotFound(NoSuchOrder);
        }

        if (cancelled > 0)
        {
            metrics.Cancelled(order.Currency);
        }

        return CancelOrderResult.Ok(order.ToOrder(), order.ETag());
    }

    public async Task<ImportOrdersResult> ImportOrders(ImportOrdersRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await db.ImportAsync(caller.Subject, request.Body.Orders, cancellationToken);
        metrics.Imported(request.Body.Orders.Count);
        LogImported(request.Body.Orders.Count, time.GetElapsedTime(start).TotalMilliseconds);
        return ImportOrdersResult.Ok(new ImportResult { Imported = request.Body.Orders.Count });
    }

    public async Task<ReportOrdersResult> ReportOrders(ReportOrdersRequest request, CancellationToken cancellationToken) =>
        request.To < request.From
            ? ReportOrdersResult.BadRequest("to", "must not be before from")
            : ReportOrdersResult.Ok(await db.ReportAsync(caller.Subject, request.From, request.To, cancellationToken));

    static partial void AddServices(IServiceCollection services) => services.AddCounters<OrdersMetrics>();

    private const string NoSuchOrder = "There is no order with this id.";
    private const string Changed = "The order has changed since it was read; read it again.";

    private ValueTask<OrderEntity?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        WithId(db, caller.Subject, id).FirstOrDefaultAsync(cancellationToken);

    private IQueryable<OrderEntity> Filtered(ListOrdersRequest request)
    {
        var orders = db.Orders.AsNoTracking().Where(order => order.Owner == caller.Subject);
        if (request.Customer is { } customer)
        {
            orders = orders.Where(order => order.Customer == customer);
        }

        if (request.Status is { } status)
        {
            orders = orders.Where(order => order.Status == status);
        }

        if (request.MinTotal is { } minTotal)
        {
            // A fraction of a cent is between two totals that can be.
            var least = decimal.Ceiling(minTotal * 100) / 100;
            orders = orders.Where(order => order.Total >= least);
        }

        if (request.PlacedFrom?.NextStored() is { } from)
        {
            orders = orders.Where(order => order.PlacedAt >= from);
        }

        if (request.PlacedBefore?.NextStored() is { } before)
        {
            orders = orders.Where(order => order.PlacedAt < before);
        }

        return orders;
    }

    private static byte[] HashOf(OrderDraft draft) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(draft, DraftJson.Default.OrderDraft));

    private static CreateOrderResult Created(OrderEntity order) =>
        CreateOrderResult.Created(order.ToOrder(), order.ETag(), ContractPaths.GetOrder(order.Id));

    [LoggerMessage(LogLevel.Information, "Imported {Orders} orders in {Milliseconds:0} ms.")]
    private partial void LogImported(int orders, double milliseconds);

    /// <summary>How a draft is written to be hashed.</summary>
    [JsonSourceGenerationOptions(Converters = [typeof(MinorUnits.JsonWriter)])]
    [JsonSerializable(typeof(OrderDraft))]
    private sealed partial class DraftJson : JsonSerializerContext;
}
