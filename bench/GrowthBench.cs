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

/// <summary>
/// The generated API with everything on over more and more orders, one service for each number of them, asked in turn by one
/// caller who waits for each answer.
/// </summary>
static class GrowthBench
{
    public const string ReportOfMonth = "report of a month";
    public const string ReportOfYear = "report of a year";

    private const int BytesPerOrder = 2500;
    private const int BatchSize = 1000;
    private const int Batches = 10;

    private static readonly (string Name, int Times, Func<Random, long, string> Path)[] Requests =
    [
        ("read by id", 1000, (random, size) => $"/v1/orders/{BenchDatabase.IdOf(random.NextInt64(size))}"),
        ("first page", 300, (_, _) => "/v1/orders?limit=50"),
        ("a page deep in", 300, (random, size) => $"/v1/orders?limit=50&cursor={Cursor(random.NextInt64(size / 4, size * 3 / 4), size)}"),
        ("page of a customer", 300, (random, _) => $"/v1/orders?limit=50&customer=customer-{random.Next(100)}"),
        ("page of a status", 300, (_, _) => "/v1/orders?limit=50&status=cancelled"),
        ("page by a total that every fifth order has", 50, (_, _) => "/v1/orders?limit=50&minTotal=50.00"),
        ("page by a total that few orders have", 20, (_, _) => "/v1/orders?limit=50&minTotal=58.75"),
        (ReportOfMonth, 5, (_, _) => "/v1/orders/report?from=2024-06-01&to=2024-06-30"),
        (ReportOfYear, 3, (_, _) => "/v1/orders/report?from=2024-01-01&to=2024-12-31"),
    ];

    public static async Task<GrowthResult> RunAsync(Workspace workspace, BenchDatabases databases, string provider, long[] sizes)
    {
        var (needed, room) = (sizes.Sum() * BytesPerOrder, new DriveInfo(workspace.Folder).AvailableFreeSpace);
        if (room < needed)
        {
            throw new BenchException($"{sizes.Sum():N0} orders need {needed / 1e9:N0} GB in {Path.GetTempPath()}, which has {room / 1e9:N0} GB free: free some, set TMPDIR, or name smaller sizes with --sizes.");
        }

        await using var api = new GoldenApi(workspace);
        var assembly = workspace.PublishGolden($"golden-{provider}", ["--database", provider]);
        var grown = new List<Grown>();
        try
        {
            foreach (var size in sizes)
            {
                Commands.Say($"{provider}: seeding {size:N0} orders");
                var database = databases.Create($"grown_{size}");
                api.Migrate(assembly, database);
                var seconds = Commands.Seconds(() => database.Seed(0, size));
                var service = await new RunningService(assembly, api.Settings(database), workspace.Path($"growth-{provider}-{size}.log")).ReadyAsync("health/ready");
                service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", api.Token());
                grown.Add(new(size, database, service, seconds, database.Megabytes));
                Commands.Say($"{provider}: {size:N0} orders, {database.Megabytes:N0} MB, seeded in {seconds:N0} s");
            }

            var medians = grown.ToDictionary(one => one, _ => new Dictionary<string, double>());
            foreach (var request in Requests)
            {
                foreach (var (one, median) in await MeasureAsync(grown, request))
                {
                    medians[one][request.Name] = median;
                }

                Say(request.Name, grown.Select(one => string.Create(CultureInfo.InvariantCulture, $"{medians[one][request.Name]:0.00} ms")));
            }

            var imports = await ImportAsync(grown);
            Say("import", grown.Select(one => string.Create(CultureInfo.InvariantCulture, $"{imports[one]:N0} orders/s")));
            return new(provider, [.. grown.Select(one => new GrowthRow(one.Size, medians[one], imports[one], one.SeedSeconds, one.Megabytes))]);
        }
        finally
        {
            foreach (var one in grown)
            {
                one.Service.Dispose();
                one.Database.Drop();
            }
        }
    }

    private static async Task<Dictionary<Grown, double>> MeasureAsync(List<Grown> grown, (string Name, int Times, Func<Random, long, string> Path) request)
    {
        var random = new Random(1);
        var milliseconds = grown.ToDictionary(one => one, _ => new List<double>());

        // What is compiled and prepared at first is no part of it.
        for (var round = -request.Times; round < request.Times; round++)
        {
            // Whoever comes first in a round comes last in the next.
            foreach (var one in round % 2 == 0 ? grown : Enumerable.Reverse(grown))
            {
                var path = request.Path(random, one.Size);
                var watch = Stopwatch.StartNew();
                await GetAsync(one.Service.Http, path);
                if (round >= 0)
                {
                    milliseconds[one].Add(watch.Elapsed.TotalMilliseconds);
                }
            }
        }

        return milliseconds.ToDictionary(pair => pair.Key, pair => Statistics.Median(pair.Value));
    }

    /// <summary>How many orders a second each one imports.</summary>
    private static async Task<Dictionary<Grown, double>> ImportAsync(List<Grown> grown)
    {
        var random = new Random(1);
        var seconds = grown.ToDictionary(one => one, _ => new List<double>());
        for (var batch = -Batches; batch < Batches; batch++)
        {
            foreach (var one in grown)
            {
                using var body = new StringContent(Batch(random), Encoding.UTF8, "application/json");
                var watch = Stopwatch.StartNew();
                using var answer = await one.Service.Http.PostAsync("/v1/orders/import", body);
                if (!answer.IsSuccessStatusCode)
                {
                    throw new BenchException($"The import was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }

                if (batch >= 0)
                {
                    seconds[one].Add(watch.Elapsed.TotalSeconds);
                }
            }
        }

        return seconds.ToDictionary(pair => pair.Key, pair => BatchSize / Statistics.Median(pair.Value));
    }

    private static void Say(string what, IEnumerable<string> results) => Commands.Say($"  {what}: {string.Join(", ", results)}");

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

    private sealed record Grown(long Size, BenchDatabase Database, RunningService Service, double SeedSeconds, double Megabytes);
}
