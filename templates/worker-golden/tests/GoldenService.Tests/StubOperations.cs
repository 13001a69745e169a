namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Stands in for the operations, so that listing dead letters and taking webhooks do what a test needs. The service has no database
/// then, and works nothing off.
/// </summary>
internal sealed class StubOperations(Func<CancellationToken, Task> run) : IWebhooksOperations, IDeadLettersOperations
{
    public static Task<Service> StartServiceAsync(Func<CancellationToken, Task> run, Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null) =>
        Service.StartAsync("Production", settings, services =>
        {
            services.AddSingleton<IWebhooksOperations>(new StubOperations(run));
            services.AddSingleton<IDeadLettersOperations>(new StubOperations(run));
            services.Remove(services.Single(service => service.ImplementationType == typeof(MessageWorker)));
#if (rabbitmq)
            services.Remove(services.Single(service => service.ImplementationType == typeof(MessageRelay)));
#endif
            replace?.Invoke(services);
        });

    public async Task<ReceiveWebhookResult> ReceiveWebhook(ReceiveWebhookRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        throw new NotSupportedException();
    }

    public async Task<ListDeadLettersResult> ListDeadLetters(ListDeadLettersRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        return ListDeadLettersResult.Ok(new DeadLetterPage { DeadLetters = [] });
    }

    public Task<RequeueDeadLetterResult> RequeueDeadLetter(RequeueDeadLetterRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
