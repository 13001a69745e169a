// Calls a generated service through its generated client: imports orders from a CSV file, reads a page and the report,
// and sends an order that violates the contract. demo.cs runs it against the service that it generated.
#:project ../templates/webapi-golden/src/GoldenService.Api.Client/GoldenService.Api.Client.csproj
#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GoldenService.Api.Client;

const int BatchSize = 1000;

var (address, csv, token) = (args[0], args[1], args[2]);
using var http = new HttpClient { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
var orders = new OrdersClient(http);

var placed = await ReadOrders(csv);
await Step($"import {placed.Count:N0} orders from {Path.GetFileName(csv)}", async () =>
{
    var imported = 0;
    foreach (var batch in placed.Chunk(BatchSize))
    {
        imported += (await orders.ImportOrdersAsync(new OrderImport { Orders = batch })).Result.Imported;
    }

    return $"{imported:N0} imported";
});

await Step("read a page", async () =>
{
    var page = (await orders.ListOrdersAsync(limit: 3)).Result;
    var rows = page.Orders.Select(order => $"\n    {order.PlacedAt:yyyy-MM-dd HH:mm}  {order.Customer,-8} {order.Total,10:N2} {order.Currency}");
    return $"{page.Orders.Count} orders, next page: {page.NextCursor}{string.Concat(rows)}";
});

await Step("read the report", async () =>
{
    var report = (await orders.ReportOrdersAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31))).Result;
    var rows = report.Rows.Take(3).Select(row => $"\n    {row.Month}  {row.Orders,6:N0} orders {row.Total,14:N2} {row.Currency}");
    return $"{report.Rows.Count} rows{string.Concat(rows)}";
});

await Step("send an invalid order", async () =>
{
    var bad = new OrderDraft { Customer = "", Currency = Currency.EUR, Lines = [new OrderLine { Sku = "tea", Quantity = 5000, UnitPrice = 4.505m }] };
    try
    {
        await orders.CreateOrderAsync(Guid.NewGuid().ToString(), bad);
        throw new InvalidOperationException("The service accepted an order that violates its contract.");
    }
    catch (ApiException<ValidationProblem> rejection)
    {
        using var document = JsonDocument.Parse(rejection.Response!);
        using var pretty = new MemoryStream();
        using (var writer = new Utf8JsonWriter(pretty, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.WriteTo(writer);
        }

        var lines = System.Text.Encoding.UTF8.GetString(pretty.ToArray()).Split('\n').Select(line => $"\n    {line.TrimEnd()}");
        return $"rejected with {rejection.StatusCode}{string.Concat(lines)}";
    }
});

static async Task Step(string name, Func<Task<string>> run)
{
    Console.Write($"  {name,-46} ");
    var watch = Stopwatch.StartNew();
    var result = await run();
    Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:N1} s  {result}");
}

// Each line is an item; the lines of an order are adjacent and share its number.
static async Task<List<PlacedOrder>> ReadOrders(string csv)
{
    var items = (await File.ReadAllLinesAsync(csv)).Skip(1).Select(line => line.Split(','));
    return [.. items.GroupBy(item => item[0]).Select(order => new PlacedOrder
    {
        Customer = order.First()[1],
        Currency = Enum.Parse<Currency>(order.First()[2]),
        PlacedAt = DateTimeOffset.Parse(order.First()[3], CultureInfo.InvariantCulture),
        Lines = [.. order.Select(item => new OrderLine
        {
            Sku = item[4],
            Quantity = int.Parse(item[5], CultureInfo.InvariantCulture),
            UnitPrice = decimal.Parse(item[6], CultureInfo.InvariantCulture),
        })],
    })];
}
