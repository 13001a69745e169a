namespace GoldenService.Worker;

using System;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Carrier;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

/// <summary>Where the carrier is, and how long it is waited for.</summary>
public sealed class CarrierOptions
{
    /// <summary>The URL that the paths of its contract, carrier.yaml, follow. Without one nothing is booked.</summary>
    public string BaseAddress { get; set; } = "";

    /// <summary>How long one request may take until its answer begins.</summary>
    [Range(0.05, 300.0)]
    public double TimeoutSeconds { get; set; } = 5;

    /// <summary>How often a request is repeated at once that met no answer, or one that another request may not meet.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    /// <summary>How long a carrier that fails is left alone.</summary>
    [Range(0.5, 3600.0)]
    public double BreakSeconds { get; set; } = 5;
}

/// <summary>
/// Registers the client of the carrier: each request has a timeout, is repeated a few times, and is not made while most fail. What
/// fails all the same fails the attempt at the message, which the queue makes again later.
/// </summary>
internal static partial class CarrierClient
{
    public static void AddCarrierClient(this IServiceCollection services)
    {
        services.AddSettings<CarrierOptions>("Carrier");
        services.AddOptions<CarrierOptions>().PostConfigure(Check);
        services.AddHostedService<Notice>();
        services.AddSingleton<IBookingsClient>(provider => Client(
            provider.GetRequiredService<IOptions<CarrierOptions>>().Value,
            provider.GetRequiredService<ILogger<IBookingsClient>>()));
    }

    private static BookingsClient Client(CarrierOptions options, ILogger logger) => new(
        new HttpClient(new ResilienceHandler(Pipeline(options, logger))
        {
            InnerHandler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }, // Its address may change.
        })
        {
            BaseAddress = options.BaseAddress is "" ? null : new Uri(options.BaseAddress.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan, // Each request has one, and so has the attempt.
        });

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(CarrierOptions options, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>();
        if (options.Retries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.Retries,
                Delay = TimeSpan.FromSeconds(0.2),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,

                // A carrier that says when it wants to be asked again is not waited for here: others would wait too.
                ShouldHandle = retry => ValueTask.FromResult(MayPass(retry.Outcome) && retry.Outcome.Result?.Headers.RetryAfter is null),
            });
        }

        return pipeline
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = request => ValueTask.FromResult(MayPass(request.Outcome)),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(options.BreakSeconds),
                OnOpened = opened =>
                {
                    LogOpened(logger, opened.BreakDuration.TotalSeconds);
                    return default;
                },
                OnClosed = _ =>
                {
                    LogClosed(logger);
                    return default;
                },
            })
            .AddTimeout(TimeSpan.FromSeconds(options.TimeoutSeconds))
            .Build();
    }

    // Whether another request may go better.
    private static bool MayPass(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static void Check(CarrierOptions options)
    {
        // What is wrong is not shown: it may hold a password.
        if (options.BaseAddress is not "" && !IsUsable(options.BaseAddress))
        {
            throw new SettingException("The setting Carrier:BaseAddress must be an http or https URL that has no user, query or fragment.");
        }
    }

    private static bool IsUsable(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri is { UserInfo: "", Query: "", Fragment: "" };

    [LoggerMessage(LogLevel.Information, "Shipments are not booked: Carrier:BaseAddress does not say where the carrier is.")]
    private static partial void LogNoCarrier(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The carrier fails, and is left alone for {Seconds} s.")]
    private static partial void LogOpened(ILogger logger, double seconds);

    [LoggerMessage(LogLevel.Information, "The carrier answers again.")]
    private static partial void LogClosed(ILogger logger);

    private sealed class ResilienceHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await pipeline.ExecuteAsync(async token => await base.SendAsync(request, token), cancellationToken);
    }

    /// <summary>Says at the start that nothing will be booked.</summary>
    private sealed class Notice(IOptions<CarrierOptions> options, ILogger<IBookingsClient> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (options.Value.BaseAddress is "")
            {
                LogNoCarrier(logger);
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
