namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
#if (webapi)
using Microsoft.AspNetCore.Http;
#endif
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>Bodies that break off, or that the server cannot read, are the caller's errors: 400 or no response at all, and never an error in the log.</summary>
public sealed class RequestBodyTests
{
#if (jwt)
    private static string Authorization => $"Authorization: Bearer {Issuer.Shared.Token()}\r\n";
#else
    private const string Authorization = "";
#endif

    [Theory] // Fails when RequestBody takes one of Kestrel's exceptions for a defect.
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("7FFFFFFFFFFFFFFF\r\n{")]
    [InlineData("nonsense\r\n")]
    [InlineData("2;\n\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}no end")]
    [InlineData("2\r\n{}\r\n0\r\nno trailer\r\n\r\n")]
    public async Task A_malformed_body_is_400(string chunks)
    {
        await using var service = await Service.StartAsync("Production");
        using var connection = await SendAsync(service, "Transfer-Encoding: chunked\r\nConnection: close\r\n", chunks);
        using var reader = new StreamReader(connection.GetStream());

        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.All, line => line.Level >= LogLevel.Warning);
    }

    [Fact] // Kestrel itself logs that it cannot read on.
    public async Task A_trailer_that_is_no_text_is_400()
    {
        await using var service = await Service.StartAsync("Production");
        using var connection = await SendAsync(service, "Transfer-Encoding: chunked\r\nConnection: close\r\n", "2\r\n{}\r\n0\r\nX-Trailer: \u00ff\r\n\r\n");
        using var reader = new StreamReader(connection.GetStream());

        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20)), StringComparison.Ordinal);
    }

    [Theory] // Fails when RequestBody does not wait for RequestAborted: what comes first is a race.
    [InlineData("Content-Length: 100\r\n", "{")]
    [InlineData("Transfer-Encoding: chunked\r\n", "64\r\n{")]
    public async Task A_connection_that_is_reset_within_a_body_is_no_error(string header, string begin)
    {
        const int Times = 20;
        await using var service = await Service.StartAsync("Production");
        for (var i = 0; i < Times; i++)
        {
            using var connection = await SendAsync(service, $"{header}Expect: 100-continue\r\n", begin);
            _ = await connection.GetStream().ReadAsync(new byte[1000]); // 100: the body is being read.
            connection.Client.Close(timeout: 0);
        }

        await Wait.Until(() => Requests(service).Count() == Times, seconds: 20, "The requests do not end.");
        Assert.All(Requests(service), line => Assert.Matches(" (400|499) ", line.Message));
        Assert.DoesNotContain(service.Log.All, line => line.Level >= LogLevel.Warning);
    }

    [Fact] // Fails when RequestBody takes the reset of a stream for a defect.
    public async Task HTTP2_streams_that_are_reset_within_their_bodies_are_no_error()
    {
        const int Times = 200;
        await using var service = await Service.StartAsync("Production", new() { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" });
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var http = new HttpClient(handler) { BaseAddress = service.Http.BaseAddress, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await Parallel.ForAsync(0, Times, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, _) =>
        {
            using var reset = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/items") { Content = new BrokenContent(reset), Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
            request.Headers.ExpectContinue = true;
#if (jwt)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Shared.Token());
#endif
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.SendAsync(request, reset.Token));
            Assert.Equal("Healthy", await http.GetStringAsync(new Uri("health/live", UriKind.Relative), CancellationToken.None));
        });

        await Wait.Until(() => Requests(service).Count() == Times, seconds: 20, "The requests do not end.");
        Assert.All(Requests(service), line => Assert.Matches(" (400|499) ", line.Message));
        Assert.DoesNotContain(service.Log.All, line => line.Level >= LogLevel.Warning);
    }

#if (webapi)
    [Fact] // Fails when a burst of large bodies has all threads, and health probes wait behind it.
    public async Task Large_bodies_are_handled_a_few_at_a_time()
    {
        var turns = Math.Max(1, Environment.ProcessorCount / 2);
        using var end = new ManualResetEventSlim();
        var busy = 0;
        await using var service = await StubOperations.StartServiceAsync(_ =>
        {
            Interlocked.Increment(ref busy);
            end.Wait(CancellationToken.None);
            throw new BadHttpRequestException("The end.");
        });
        var requests = Enumerable.Range(0, turns + 4).Select(_ => service.Send(Examples.WithBody(Examples.Body.PadRight(100_000)))).ToList();

        await Wait.Until(() => busy == turns, seconds: 20, "No request is handled.");
        Assert.Equal(200, (await service.Get("/health/live")).Status);
        (await service.Send(Examples.WithBody("{}"))).IsProblem(400);
        Assert.Equal(turns, busy);

        end.Set();
        Assert.All(await Task.WhenAll(requests), response => response.IsProblem(400));
        Assert.Equal(requests.Count, busy);
    }

#endif
    [Theory] // Fails when RequestReader reads a body as JSON whatever its encoding.
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    [InlineData("nonsense")]
    public async Task A_body_with_an_encoding_is_415_and_the_response_says_so(string encoding)
    {
        await using var service = await Service.StartAsync("Production");
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Examples.Body));
        }

        foreach (var body in new[] { compressed.ToArray(), Encoding.UTF8.GetBytes(Examples.Body) })
        {
            using var connection = await SendAsync(service, $"Content-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n", Encoding.Latin1.GetString(body));
            using var reader = new StreamReader(connection.GetStream());
            var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

            Assert.StartsWith("HTTP/1.1 415 ", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nAccept-Encoding: identity\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("must not be compressed", answer, StringComparison.Ordinal);
        }
    }

    [Theory] // Fails when a 415 for another reason names encodings, or identity is taken for one.
    [InlineData("text/plain", "", 415)]
    [InlineData("application/json", "Content-Encoding: identity\r\n", 400)]
    [InlineData("application/json", "Content-Encoding:\r\n", 400)]
    public async Task What_is_not_encoded_is_not_told_of_encodings(string type, string header, int status)
    {
        await using var service = await Service.StartAsync("Production");
        using var connection = await SendAsync(service, $"{header}Content-Length: 2\r\nConnection: close\r\n", "{}", type);
        using var reader = new StreamReader(connection.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Accept-Encoding", answer, StringComparison.Ordinal);
    }

    private static IEnumerable<LogLine> Requests(Service service) => service.Log.All.Where(line => line.Category.EndsWith(".RequestTelemetry", StringComparison.Ordinal));

    private static async Task<TcpClient> SendAsync(Service service, string headers, string body, string type = "application/json")
    {
        var address = service.Http.BaseAddress!;
        var connection = new TcpClient(address.Host, address.Port);
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"POST /v1/items HTTP/1.1\r\nHost: localhost\r\n{Authorization}Content-Type: {type}\r\n{headers}\r\n{body}"));
        return connection;
    }

    /// <summary>JSON that begins once the service reads it (100), and then resets its stream.</summary>
    private sealed class BrokenContent : HttpContent
    {
        private readonly CancellationTokenSource reset;

        public BrokenContent(CancellationTokenSource reset)
        {
            this.reset = reset;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("{"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await reset.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
