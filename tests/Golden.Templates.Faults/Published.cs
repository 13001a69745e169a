using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>The services that are published, each once for all tests.</summary>
static class Published
{
    static readonly ConcurrentDictionary<string, Lazy<Task<PublishedService>>> Services = [];
    static readonly ConcurrentDictionary<string, Lazy<Task<PublishedSystem>>> Systems = [];
    static Task<PublishedService>? _gateway;

    /// <summary>Generates a solution of a template with these options, and publishes its service, unless that was done.</summary>
    public static Task<PublishedService> OnceAsync(InstalledPack pack, string kind, string template, string name, params string[] options) =>
        Services.GetOrAdd(string.Join(' ', [template, .. options]), _ => new(() => PublishAsync(pack, kind, template, name, options))).Value;

    /// <summary>Generates a system with these options, and publishes its services, unless that was done. The gateway does not depend on the options: it is that of the first one.</summary>
    public static Task<PublishedSystem> SystemOnceAsync(InstalledPack pack, params string[] options) =>
        Systems.GetOrAdd(string.Join(' ', options), _ => new(async () =>
        {
            var solution = await GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), "golden", "Acme.Shop", options);
            return new(await PublishAsync(solution, "Api"), await PublishAsync(solution, "Worker"), await (_gateway ??= PublishAsync(solution, "Gateway")));
        })).Value;

    static async Task<PublishedService> PublishAsync(InstalledPack pack, string kind, string template, string name, string[] options) =>
        await PublishAsync(await GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), template, name, options), kind);

    // Compiled ahead of time, as it is deployed: it is started often.
    static Task<PublishedService> PublishAsync(GeneratedSolution solution, string kind) =>
        PublishedService.PublishAsync(solution, kind, "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false");
}

/// <summary>The services of a system.</summary>
sealed record PublishedSystem(PublishedService Api, PublishedService Worker, PublishedService Gateway);
