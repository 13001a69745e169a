// Takes the pictures of a trace and of log lines for the README, from the dashboard of a generated web API: see CONTRIBUTING.md.
#:property PublishAot=false
#:package Microsoft.Playwright@1.64.1
#:property ManagePackageVersionsCentrally=false

using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;

if (args is not [var service, var token, var dashboard, var key, var browser])
{
    Console.Error.WriteLine("Usage: dotnet docs/images/pictures.cs <address of the service> <token> <address of its dashboard> <key of its login link> <path of Chromium>");
    return 1;
}

// A few seconds of orders; the first ones are slow.
using var http = new HttpClient { BaseAddress = new(service), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
var trace = "";
for (var end = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < end; await Task.Delay(Random.Shared.Next(20, 200)))
{
    using var order = new HttpRequestMessage(HttpMethod.Post, "v1/orders")
    {
        Content = JsonContent.Create(new { customer = "acme", currency = "EUR", lines = new[] { new { sku = "TEA-001", quantity = 2, unitPrice = 4.5 } } }),
        Headers = { { "Idempotency-Key", $"{Guid.NewGuid()}" } },
    };
    using var placed = await http.SendAsync(order);
    trace = placed.EnsureSuccessStatusCode().Headers.GetValues("Trace-Id").Single();
    using var listed = await http.GetAsync("v1/orders?limit=20");
}

await Task.Delay(TimeSpan.FromSeconds(3));
using var playwright = await Playwright.CreateAsync();
await using var chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browser, Args = ["--no-sandbox"] });
var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 400 }, ColorScheme = ColorScheme.Light });
await page.GotoAsync($"{dashboard}/login?t={key}");
await page.GotoAsync($"{dashboard}/traces/detail/{trace}");
await TakeAsync("trace.png");
await page.GotoAsync($"{dashboard}/structuredlogs/resource/api");
await page.Locator("input[type=search]").FillAsync("/v1/orders");
await TakeAsync("logs.png");
return 0;

async Task TakeAsync(string picture)
{
    await page.WaitForTimeoutAsync(6000);
    // Says only that this machine has no trusted certificate for development.
    await page.GetByText("No trusted development certificate").First.EvaluateAsync("text => { while (text.offsetWidth < 1150) text = text.parentElement; text.style.display = 'none'; }");
    await page.ScreenshotAsync(new() { Path = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, picture) });
}
