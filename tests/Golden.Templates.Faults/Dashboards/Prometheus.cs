using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Golden.Templates.Tests;
using GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Golden.Templates.Faults;

/// <summary>A series of the result of a query.</summary>
sealed record Series(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// A Prometheus server of the test's own, with the settings and the alert rules of a generated service. Debian's is built without the receiver of OTLP
/// that the compose file relies on, so this receives OTLP in its place and hands the samples on by remote write. Names, labels and times are the same;
/// exemplars and `target_info`, which no dashboard asks for, are not handed on.
/// </summary>
sealed partial class Prometheus : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("golden-");
    readonly HttpClient _http;
    readonly WebApplication _receiver;
    readonly Process _server;
    readonly Func<string> _output;
    readonly Lock _access = new();
    (DateTimeOffset First, DateTimeOffset Last) _latest;

    Prometheus(string settings, string alerts)
    {
        var address = $"127.0.0.1:{PublishedService.FreePort()}";
        _http = new() { BaseAddress = new($"http://{address}") };

        // It knows no settings of OTLP, and the rules are elsewhere.
        var known = Otlp().Replace(settings, "").Replace("/etc/prometheus/alerts", alerts, StringComparison.Ordinal);
        var file = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(file, known);
        _server = new() { StartInfo = CommandLine.StartInfo("prometheus", _folder.FullName, $"--config.file={file}", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address={address}", "--web.enable-remote-write-receiver", "--log.level=warn") };
        _output = CommandLine.Capture(_server);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.MapPost("/v1/metrics", ReceiveAsync);
    }

    /// <summary>What a service needs to send its metrics here, every second.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", $"{_receiver.Urls.Single()}/v1/metrics"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
    ];

    /// <summary>Skips the test where there is no Prometheus, and fails it on a build server.</summary>
    public static void ShouldBeInstalled()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "prometheus"))))
        {
            throw Need.Missing("There is no Prometheus on the PATH: install Debian's package prometheus.");
        }
    }

    /// <param name="deploy">The folder deploy of a generated solution.</param>
    public static async Task<Prometheus> StartAsync(string deploy)
    {
        ShouldBeInstalled();
        var prometheus = new Prometheus(await File.ReadAllTextAsync(Path.Combine(deploy, "compose", "prometheus.yml")), Path.Combine(deploy, "alerts"));
        try
        {
            await prometheus._receiver.StartAsync();
            CommandLine.Start(prometheus._server);
            await Wait.Until(prometheus.IsReadyAsync, seconds: 30, "Prometheus is not ready.");
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until metrics came that were collected after now: all that has happened is in them.</summary>
    /// <returns>When the first and the last of them were collected.</returns>
    public async Task<(DateTimeOffset First, DateTimeOffset Last)> CollectedAsync()
    {
        // A request is measured after its response was sent.
        var now = DateTimeOffset.UtcNow.AddSeconds(1);
        await Wait.Until(() => Latest().First > now, seconds: 20, "No metrics came.");
        return Latest();
    }

    /// <summary>The result of a query at a time.</summary>
    public async Task<IReadOnlyList<Series>> QueryAsync(string query, DateTimeOffset at)
    {
        var time = (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        var answer = await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}&time={time}");
        return
        [
            .. answer["result"]!.AsArray().Select(series => new Series(
                series!["metric"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!),
                double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>The alert rules, each with its query.</summary>
    public async Task<IReadOnlyList<(string Name, string Query)>> RulesAsync() =>
        [.. (await GetAsync("api/v1/rules"))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => ((string)rule!["name"]!, (string)rule["query"]!))];

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _http.Dispose();
        if (!_server.HasExited)
        {
            _server.Kill();
            await _server.WaitForExitAsync(CancellationToken.None);
        }

        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task<bool> IsReadyAsync()
    {
        Assert.False(_server.HasExited, $"Prometheus ended and printed:\n{_output()}");
        try
        {
            using var response = await _http.GetAsync("-/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    async Task<JsonNode> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{Uri.UnescapeDataString(path)}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }

    (DateTimeOffset First, DateTimeOffset Last) Latest()
    {
        lock (_access)
        {
            return _latest;
        }
    }

    async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        List<Sample> samples = [.. OtlpMetrics.Samples(body.ToArray())];
        using var content = new ByteArrayContent(RemoteWrite.Encode(samples));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var response = await _http.PostAsync("api/v1/write", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        lock (_access)
        {
            _latest = (samples.Min(sample => sample.At), samples.Max(sample => sample.At));
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    [GeneratedRegex("^otlp:\n(?:[ ]+.*\n)*", RegexOptions.Multiline)]
    private static partial Regex Otlp();
}

/// <summary>Prometheus remote write 1.0: a message in Protocol Buffers, in the block format of Snappy.</summary>
static class RemoteWrite
{
    // WriteRequest { 1: TimeSeries[] { 1: Label[] { 1: name, 2: value }, 2: Sample[] { 1: value, 2: timestamp in milliseconds } } }
    public static byte[] Encode(IEnumerable<Golden.Templates.Faults.Sample> samples)
    {
        var message = new MemoryStream();
        foreach (var sample in samples)
        {
            var series = new MemoryStream();
            foreach (var (name, value) in sample.Labels)
            {
                var label = new MemoryStream();
                Write(label, 1, Encoding.UTF8.GetBytes(name));
                Write(label, 2, Encoding.UTF8.GetBytes(value));
                Write(series, 1, label.ToArray());
            }

            var point = new MemoryStream();
            point.WriteByte((1 << 3) | 1);
            point.Write(BitConverter.GetBytes(sample.Value));
            point.WriteByte(2 << 3);
            WriteVarint(point, (ulong)sample.At.ToUnixTimeMilliseconds());
            Write(series, 2, point.ToArray());
            Write(message, 1, series.ToArray());
        }

        return Compress(message.ToArray());
    }

    // Only literals, each of at most 64 KiB: there is no need to be small.
    static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        WriteVarint(compressed, (ulong)bytes.Length);
        foreach (var chunk in bytes.Chunk(1 << 16))
        {
            compressed.WriteByte(61 << 2);
            compressed.WriteByte((byte)(chunk.Length - 1));
            compressed.WriteByte((byte)((chunk.Length - 1) >> 8));
            compressed.Write(chunk);
        }

        return compressed.ToArray();
    }

    static void Write(MemoryStream message, int field, byte[] bytes)
    {
        WriteVarint(message, (ulong)((field << 3) | 2));
        WriteVarint(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    static void WriteVarint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.WriteByte((byte)(value | 0x80));
        }

        message.WriteByte((byte)value);
    }
}
