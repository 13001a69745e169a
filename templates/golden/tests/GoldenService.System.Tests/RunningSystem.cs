[assembly: Xunit.AssemblyFixture(typeof(GoldenService.SystemTests.RunningSystem))]
#if (postgres)
[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Testing.TestServer))] // After the system, which needs it: fixtures are disposed in this order.
#endif

namespace GoldenService.SystemTests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

/// <summary>
/// The whole system, started as a developer starts it, by `dotnet run apphost.cs`, with databases of its own. The ports of the services are those of their
/// launchSettings.json, so that it cannot run beside another one.
/// </summary>
public sealed partial class RunningSystem : IAsyncLifetime
{
    private const int Sigterm = 15;
    private const string DevelopmentIssuer = "dotnet-user-jwts";

    // Of all services, in place of the audience that each has in Development.
    private const string Audience = "system-tests";
#if (!postgres)

    // A relative path is one of the service's own folder.
    private const string DatabaseFile = "system-tests.db";
#endif

    // The first run downloads the dashboard and builds everything.
    private const int Patience = 300;

    // What a machine needs that does other things besides.
    private static readonly TimeSpan TracePatience = TimeSpan.FromSeconds(60);

    private readonly HttpClient gateway = new();
    private readonly byte[] signingKey = RandomNumberGenerator.GetBytes(32);
    private readonly string dashboard = $"http://localhost:{FreePort()}";
    private readonly string dashboardKey = Guid.NewGuid().ToString();
    private readonly StringBuilder output = new();
#if (postgres)
    private readonly string database = $"system_{Guid.NewGuid():N}";
#endif
    private Process? process;
    private Carrier? carrier;

    /// <summary>The gateway, for a caller that may do everything with its own orders.</summary>
    public HttpClient Gateway
    {
        get
        {
#if (postgres || rabbitmq)
            Assert.SkipWhen(Missing is not null, Missing ?? "");
#endif
            return gateway;
        }
    }

    /// <summary>The orders whose shipments were booked at the carrier, once for each request.</summary>
    public IReadOnlyCollection<Guid> Booked => carrier!.Booked;

#if (postgres || rabbitmq)
    /// <summary>Why the system cannot run here, and the remedy. A build server on which something is missing fails.</summary>
    private static string? Missing
    {
        get
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                return null;
            }

#if (rabbitmq)
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("RabbitMq__Uri")))
            {
                return "These tests need a RabbitMQ broker: RabbitMq__Uri='amqp://guest:<password>@localhost' dotnet test";
            }

#endif
#if (postgres)
            return TestDatabase.IsSkipped ? TestServer.Reason : null;
#else
            return null;
#endif
        }
    }

#endif
    private string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
#if (postgres || rabbitmq)
        if (Missing is not null)
        {
            return;
        }

#endif
        carrier = await Carrier.StartAsync();
        var start = new ProcessStartInfo("dotnet", ["run", "apphost.cs"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = dashboard;
        start.Environment["AppHost__DashboardApiKey"] = dashboardKey;
        start.Environment["Carrier__BaseAddress"] = carrier.Address;
        start.Environment["Authentication__Schemes__Bearer__ValidAudiences__0"] = Audience;
        start.Environment["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = DevelopmentIssuer;
        start.Environment["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(signingKey);
#if (postgres)
        start.Environment["ConnectionStrings__Database"] = $"{TestServer.ConnectionString};Database={database}";
#else
        DeleteDatabases();
        start.Environment["ConnectionStrings__Database"] = $"Data Source={DatabaseFile}";
#endif
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        gateway.BaseAddress = await ReadyAsync("gateway");
        await ReadyAsync("api");
        await ReadyAsync("worker");
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token("tester"));
    }

    /// <summary>A token of a caller, with all scopes of orders.</summary>
    public string Token(string subject) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = DevelopmentIssuer,
        Audience = Audience,
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["scope"] = "orders:read orders:write" },
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = new(new SymmetricSecurityKey(signingKey), SecurityAlgorithms.HmacSha256),
    });

    /// <summary>Waits until a trace at the dashboard has spans of these services and names, as in `worker: POST /v1/webhooks`, each as often as it is named.</summary>
    internal async Task<IReadOnlyList<Span>> ArrivesAsync(string traceId, params string[] names)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(200, TestContext.Current.CancellationToken))
        {
            var trace = await TraceAsync(traceId);
            var arrived = trace.Select(span => $"{span.Service}: {span.Name}").ToList();
            var missing = names.Where(name => arrived.Count(one => one == name) < names.Count(one => one == name)).Distinct().ToList();
            if (missing.Count == 0)
            {
                return trace;
            }

            Assert.True(clock.Elapsed < TracePatience, $"The trace {traceId} lacks {string.Join(", ", missing)}; it has {string.Join(", ", arrived)}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        gateway.Dispose();
        if (process is { HasExited: false })
        {
            // What it started ends with it, if it is asked to stop.
            if (OperatingSystem.IsWindows())
            {
                process.Kill(entireProcessTree: true);
            }
            else
            {
                _ = Kill(process.Id, Sigterm);
            }

            await process.WaitForExitAsync();
        }

        if (carrier is not null)
        {
            await carrier.DisposeAsync();
        }

#if (postgres)
        if (process is null)
        {
            return;
        }

        TestDatabase.Execute($"DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
        TestDatabase.Execute($"DROP DATABASE IF EXISTS \"{database}-worker\" WITH (FORCE)");
#else
        DeleteDatabases();
#endif
    }

    /// <summary>The spans that the dashboard has of a trace, in OTLP's JSON.</summary>
    private async Task<IReadOnlyList<Span>> TraceAsync(string traceId)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "x-api-key", dashboardKey } } };
        var traces = JsonNode.Parse(await http.GetStringAsync(new Uri($"{dashboard}/api/telemetry/traces")))!;
        return
        [
            .. from resource in traces["data"]!["resourceSpans"]!.AsArray()
               let service = (string?)resource!["resource"]!["attributes"]!.AsArray().First(attribute => (string?)attribute!["key"] == "service.name")!["value"]!["stringValue"]
               from scope in resource["scopeSpans"]!.AsArray()
               from span in scope!["spans"]!.AsArray()
               where (string?)span!["traceId"] == traceId
               select new Span(service, (string)span["name"]!, (string)span["spanId"]!, (string?)span["parentSpanId"], $"{span["startTimeUnixNano"]}", $"{span["status"]?["code"]}" == "2"),
        ];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
#if (!postgres)

    private static void DeleteDatabases()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src"), $"{DatabaseFile}*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }
#endif

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private void Read(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }

    /// <summary>Waits for the line of apphost.cs that says where a service listens.</summary>
    private async Task<Uri> ReadyAsync(string service)
    {
        var sentence = $"The {service} is ready: ";
        await Wait.Until(() => process!.HasExited || Output.Contains(sentence, StringComparison.Ordinal), Patience, $"The {service} did not become ready.");
        var at = Output.IndexOf(sentence, StringComparison.Ordinal);
        Assert.True(at >= 0, $"`dotnet run apphost.cs` ended, and had printed:\n{Output}");
        return new Uri(Output[(at + sentence.Length)..].Split('\n')[0].Trim());
    }
}

/// <param name="StartedAt">In nanoseconds since 1970, in as many digits for all.</param>
internal sealed record Span(string Service, string Name, string Id, string? ParentId, string StartedAt, bool IsError);
