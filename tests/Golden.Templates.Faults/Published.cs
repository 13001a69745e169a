using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>The services that are published, each once for all tests.</summary>
static class Published
{
    static readonly ConcurrentDictionary<string, Lazy<Task<PublishedService>>> Services = [];

    /// <summary>Generates a solution of a template with these options, and publishes its service, unless that was done.</summary>
    public static Task<PublishedService> OnceAsync(InstalledPack pack, string kind, string template, string name, params string[] options) =>
        Services.GetOrAdd(string.Join(' ', [template, .. options]), _ => new(() => PublishAsync(pack, kind, template, name, options))).Value;

    // Compiled ahead of time, as it is deployed: it is started often.
    static async Task<PublishedService> PublishAsync(InstalledPack pack, string kind, string template, string name, string[] options)
    {
        var solution = await GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), template, name, options);
        return await PublishedService.PublishAsync(solution, kind, "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false");
    }
}
