using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>The milliseconds, medians, of each request at a number of orders, and how many orders of three lines an import writes in a second.</summary>
sealed record GrowthRow(long Orders, IReadOnlyDictionary<string, double> Milliseconds, double ImportedOrdersPerSecond, double SeedSeconds, double Megabytes);

sealed record GrowthResult(string Database, IReadOnlyList<GrowthRow> Rows);

/// <summary>The generated API with everything on over more and more orders, asked by one caller who waits for each answer.</summary>
static class GrowthBench
{
    public const string ReportOfMonth = "report of a month";
    public const string ReportOfYear = "report of a year";

    private const int BytesPerOrder = 2500;
    private const int BatchSize = 1000;

    public static async Task<GrowthResult> RunAsync(Workspace workspace, BenchDatabases databases, string provider, long[] sizes)
    {
        await using var api = new GoldenApi(workspace);
        var assembly = workspace.PublishGolden($"golden-{provider}", ["--database", provider]);
        var rows = new List<GrowthRow>();
        foreach (var size in sizes)
        {
            var room = new DriveInfo(workspace.Folder).AvailableFreeSpace;
            if (room < size * BytesPerOrder)
            {
                throw new BenchException($"{size:N0} orders need {size * BytesPerOrder / 1e9:N0} GB in {Path.GetTempPath()}, which has {room / 1e9:N0} GB free: free some, set TMPDIR, or name smaller sizes with --sizes.");
            }

            var database = databases.Create($"grown_{size}");
            api.Migrate(assembly, database);
            Commands.Say($"{provider}: seeding {size:N0} orders");
            var seconds = Commands.Seconds(() => database.Seed(0, size));
            Commands.Say($"{provider}: measuring at {size:N0} orders, {database.Megabytes:N0} MB, seeded in {seconds:N0} s");
            using (var service = await new RunningService(assembly, api.Settings(database), workspace.Path($"growth-{provider}.log")).ReadyAsync("health/ready"))
            {
                service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", api.Token());
                rows.Add(await MeasureAsync(service.Http, database, size, seconds));
            }

            database.Drop();
        }

        return new(provider, rows);
    }

    private static async Task<GrowthRow> MeasureAsync(HttpClient http, BenchDatabase database, long size, double seedSeconds)
    {
        var random = new Random(1);
        var megabytes = database.Megabytes;
        (string Name, int Times, Func<string> Path)[] requests =
        [
            ("read by id", 500, () => $"/v1/orders/{BenchDatabase.IdOf(random.NextInt64(size))}"),
            ("first page", 200, () => "/v1/orders?limit=50"),
            ("a page deep in", 200, () => $"/v1/orders?limit=50&cursor={Cursor(random.NextInt64(size / 4, size * 3 / 4), size)}"),
            ("page of a customer", 200, () => $"/v1/orders?limit=50&customer=customer-{random.Next(100)}"),
            ("page of a status", 200, () => "/v1/orders?limit=50&status=cancelled"),
            ("page by a total that every fifth order has", 50, () => "/v1/orders?limit=50&minTotal=50.00"),
            ("page by a total that few orders have", 20, () => "/v1/orders?limit=50&minTotal=58.75"),
            (ReportOfMonth, 5, () => "/v1/orders/report?from=2024-06-01&to=2024-06-30"),
            (ReportOfYear, 3, () => "/v1/orders/report?from=2024-01-01&to=2024-12-31"),
        ];

        var medians = new Dictionary<string, double>();
        foreach (var (name, times, path) in requests)
        {
            // What is compiled and prepared at first is no part of it.
            for (var warm = 0; warm < times; warm++)
            {
                await GetAsync(http, path());
            }

            var milliseconds = new List<double>();
            for (var n = 0; n < times; n++)
            {
                var request = path();
                var watch = Stopwatch.StartNew();
                await GetAsync(http, request);
                milliseconds.Add(watch.Elapsed.TotalMilliseconds);
            }

            medians[name] = Statistics.Median(milliseconds);
            Commands.Say(string.Create(CultureInfo.InvariantCulture, $"  {name}: {medians[name]:0.00} ms"));
        }

        var imports = new List<double>();
        for (var batch = 0; batch < 13; batch++)
        {
            using var body = new StringContent(Batch(random), Encoding.UTF8, "application/json");
            var watch = Stopwatch.StartNew();
            using var answer = await http.PostAsync("/v1/orders/import", body);
            if (!answer.IsSuccessStatusCode)
            {
                throw new BenchException($"The import was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            if (batch >= 3)
            {
                imports.Add(watch.Elapsed.TotalSeconds);
            }
        }

        var imported = BatchSize / Statistics.Median(imports);
        Commands.Say(string.Create(CultureInfo.InvariantCulture, $"  import: {imported:N0} orders/s"));
        return new(size, medians, imported, seedSeconds, megabytes);
    }

    private static async Task GetAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        if (!answer.IsSuccessStatusCode)
        {
            throw new BenchException($"{path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>A cursor as the service writes them: milliseconds and id, big-endian, in base64url.</summary>
    private static string Cursor(long order, long size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + 16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, SeedShape.PlacedAt(order, 0, size));
        BenchDatabase.IdOf(order).TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Orders of all the three years, as another system's history would have them.</summary>
    private static string Batch(Random random) =>
        $$"""{"orders":[{{string.Join(',', Enumerable.Range(0, BatchSize).Select(_ => Placed(random)))}}]}""";

    private static string Placed(Random random)
    {
        var placedAt = DateTimeOffset.FromUnixTimeMilliseconds(SeedShape.Start + random.NextInt64(SeedShape.Length)).ToString("O", CultureInfo.InvariantCulture);
        return $$"""{"customer":"customer-{{random.Next(100)}}","currency":"EUR","placedAt":"{{placedAt}}","lines":[{"sku":"TEA-000","quantity":1,"unitPrice":3},{"sku":"TEA-001","quantity":2,"unitPrice":3},{"sku":"TEA-002","quantity":3,"unitPrice":3}]}""";
    }
}
