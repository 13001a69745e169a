namespace GoldenService.ServiceDefaults.TestHost;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost.Generated;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

/// <summary>The operations of the host.</summary>
public sealed partial class ItemsOperations(AppDbContext db, IHttpContextAccessor context, TimeProvider time) : IItemsOperations
{
    private string Owner => context.HttpContext!.User.FindFirst("sub")?.Value ?? "";

    public async Task<ListItemsResult> ListItems(ListItemsRequest request, CancellationToken cancellationToken)
    {
        var items = await db.Items.AsNoTracking().Where(item => item.Owner == Owner).OrderBy(item => item.Name).Take(request.Limit).ToListAsync(cancellationToken);
        return ListItemsResult.Ok(new ItemList { Items = [.. items.Select(ToItem)] });
    }

    public async Task<CreateItemResult> CreateItem(CreateItemRequest request, CancellationToken cancellationToken)
    {
        var item = new ItemEntity { Id = Guid.NewGuid(), Owner = Owner, Name = request.Body.Name, Quantity = request.Body.Quantity, CreatedAt = time.GetUtcNow() };
        db.Add(item);
        await db.SaveChangesAsync(cancellationToken);
        return CreateItemResult.Created(ToItem(item), ContractPaths.GetItem(item.Id));
    }

    public async Task<GetItemResult> GetItem(GetItemRequest request, CancellationToken cancellationToken) =>
        await db.Items.AsNoTracking().FirstOrDefaultAsync(item => item.Id == request.ItemId && item.Owner == Owner, cancellationToken) is { } item
            ? GetItemResult.Ok(ToItem(item))
            : GetItemResult.NotFound("There is no item with this id.");

    private static Item ToItem(ItemEntity item) => new() { Id = item.Id, Name = item.Name, Quantity = item.Quantity };
}
