namespace GoldenService.Worker;

using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Registers who may send webhooks, and checks that they did, and what.</summary>
internal static class Webhooks
{
    public static void AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookSources>()
        .AddScoped<WebhookDelivery>();

    /// <summary>Refuses what is not signed, and a source that sends too much; accepts events that nothing handles.</summary>
    /// <exception cref="SettingException">A secret is unusable.</exception>
    public static void UseWebhookSignatures(this WebApplication app)
    {
        app.Services.GetRequiredService<WebhookSources>();
        app.UseMiddleware<WebhookSignatures>();
        app.UseSourceRateLimit(context => context.RequestServices.GetRequiredService<WebhookDelivery>().Source);
        app.UseMiddleware<WebhookEvents>();
    }
}
