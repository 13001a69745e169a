// Takes the pictures of a trace and of log lines for the READMEs, from the dashboard of a generated service: see CONTRIBUTING.md.
#:property PublishAot=false
#:package Microsoft.Playwright@1.64.1
#:property ManagePackageVersionsCentrally=false

using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;

if (args is not ["webapi-golden" or "worker-golden" or "golden", _, _, _, _, _])
{
    Console.Error.WriteLine("Usage: dotnet docs/images/pictures.cs <webapi-golden or golden with a token, or worker-golden with the secret of the sender shop> <address of the service> <token or secret> <address of its dashboard> <key of its login link> <path of Chromium>");
    return 1;
}

var (template, secret, dashboard, key, browser) = (args[0], args[2], args[3], args[4], args[5]);
var isWorker = template == "worker-golden";
var folder = Path.GetFullPath($"../../templates/{template}/docs/images", (string)AppContext.GetData("EntryPointFileDirectoryPath")!);
Directory.CreateDirectory(folder);

// A few seconds of requests; the first ones are slow.
using var http = new HttpClient { BaseAddress = new(args[1]) };
var trace = "";
for (var end = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < end; await Task.Delay(Random.Shared.Next(20, 200)))
{
    using var request = isWorker ? Webhook() : Order();
    using var response = await http.SendAsync(request);
    trace = response.EnsureSuccessStatusCode().Headers.GetValues("Trace-Id").Single();
}

await Task.Delay(TimeSpan.FromSeconds(3));
using var playwright = await Playwright.CreateAsync();
await using var chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browser, Args = ["--no-sandbox"] });
var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = template == "golden" ? 600 : 400 }, ColorScheme = ColorScheme.Light });
await page.GotoAsync($"{dashboard}/login?t={key}");
await page.GotoAsync($"{dashboard}/traces/detail/{trace}");
await TakeAsync("trace.png");
if (template == "golden")
{
    return 0;
}

await page.GotoAsync($"{dashboard}/structuredlogs/resource/{(isWorker ? "worker" : "api")}");
await page.Locator("input[type=search]").FillAsync(isWorker ? "/v1/webhooks" : "/v1/orders");
await TakeAsync("logs.png");
return 0;

HttpRequestMessage Order() => new(HttpMethod.Post, "v1/orders")
{
    Content = JsonContent.Create(new { customer = "acme", currency = "EUR", lines = new[] { new { sku = "TEA-001", quantity = 2, unitPrice = 4.5 } } }),
    Headers = { { "Idempotency-Key", $"{Guid.NewGuid()}" }, { "Authorization", $"Bearer {secret}" } },
};

HttpRequestMessage Webhook()
{
    var (id, timestamp) = ($"msg_{Guid.NewGuid()}", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    var body = $$$"""{"type":"order.placed","timestamp":"{{{DateTime.UtcNow:O}}}","data":{"orderId":"{{{Guid.NewGuid()}}}","customer":"acme","lines":[{"sku":"TEA-001","quantity":2}]}}""";
    var signature = HMACSHA256.HashData(Convert.FromBase64String(secret), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
    return new(HttpMethod.Post, "v1/webhooks")
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { "webhook-id", id }, { "webhook-timestamp", timestamp }, { "webhook-signature", $"v1,{Convert.ToBase64String(signature)}" } },
    };
}

async Task TakeAsync(string picture)
{
    await page.WaitForTimeoutAsync(6000);
    // Says only that this machine has no trusted certificate for development.
    await page.GetByText("No trusted development certificate").First.EvaluateAsync("text => { while (text.offsetWidth < 1150) text = text.parentElement; text.style.display = 'none'; }");
    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, picture) });
}
