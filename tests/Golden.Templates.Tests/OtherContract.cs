using System.Net;
using System.Text.Json;

namespace Golden.Templates.Tests;

/// <summary>A web API in which a contract of Fixtures, and what implements it, take the place of the sample.</summary>
static class OtherContract
{
    public static async Task<GeneratedSolution> CreateAsync(InstalledPack pack, string folder, string name, string contract, string code, params string[] options)
    {
        var solution = await ReplaceSampleAsync(pack, folder, name, contract, code, options);
        await CopyAsync("WideProgram.cs.txt", Path.Combine(solution.Folder, "src", $"{name}.Api", "Program.cs"), name);
        return solution;
    }

    /// <summary>With the program and the specifications of the template.</summary>
    public static async Task<GeneratedSolution> CreateWithTestsAsync(InstalledPack pack, string folder, string name, string contract, string code, params string[] options)
    {
        var solution = await ReplaceSampleAsync(pack, folder, name, contract, code, options);
        Directory.Delete(Path.Combine(solution.Folder, "tests", $"{name}.Api.Tests", "Orders"), recursive: true);
        await CopyAsync("AppDbContext.cs.txt", Path.Combine(solution.Folder, "src", $"{name}.Api", "AppDbContext.cs"), name);
        return solution;
    }

    static async Task<GeneratedSolution> ReplaceSampleAsync(InstalledPack pack, string folder, string name, string contract, string code, string[] options)
    {
        var solution = await GeneratedSolution.CreateAsync(pack, folder, "webapi-golden", name, options);
        var api = Path.Combine(solution.Folder, "src", $"{name}.Api");
        foreach (var sample in new[] { "Orders", "Data" })
        {
            Directory.Delete(Path.Combine(api, sample), recursive: true);
        }

        await CopyAsync(contract, Path.Combine(api, "openapi.yaml"), name);
        await CopyAsync(code, Path.Combine(api, $"{name}.cs"), name);
        return solution;
    }

    /// <summary>What a program of Fixtures prints that calls the service with the client in C#.</summary>
    public static async Task<string[]> CallInCSharpAsync(GeneratedSolution solution, RunningService service, string program)
    {
        await CopyAsync(program, Path.Combine(solution.Folder, "calls.cs"), solution.ProjectName);
        var calls = await CommandLine.DotnetAsync(solution.Folder, "run", "calls.cs", service.Client.BaseAddress!.ToString());
        calls.ShouldSucceed();
        return Lines(calls);
    }

    /// <summary>What a program of Fixtures prints that calls the service with the client in TypeScript.</summary>
    public static async Task<string[]> CallInTypeScriptAsync(GeneratedSolution solution, RunningService service, string program)
    {
        var package = Path.Combine(solution.Folder, "clients", "typescript");
        Directory.Delete(Path.Combine(package, "test"), recursive: true);
        await CopyAsync(program, Path.Combine(package, "src", "calls.ts"), solution.ProjectName);
        (await TypeScriptTests.NpmAsync(package, "ci")).ShouldSucceed();
        (await TypeScriptTests.NpmAsync(package, "run", "build")).ShouldSucceed();
        var calls = await CommandLine.RunAsync(CommandLine.StartInfo("node", package, [Path.Combine("dist", "src", "calls.js"), service.Client.BaseAddress!.ToString()]), TestContext.Current.CancellationToken);
        calls.ShouldSucceed();
        return Lines(calls);
    }

    static string[] Lines(CommandResult calls) => calls.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static async Task CopyAsync(string fixture, string path, string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Golden.Templates.Tests", "Fixtures", fixture), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("GoldenService", name, StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    /// <summary>The rules that a request breaks, as "field: rule", in order.</summary>
    public static async Task<List<string>> RulesAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return [.. problem.RootElement.GetProperty("errors").EnumerateObject()
            .SelectMany(field => field.Value.EnumerateArray().Select(message => $"{field.Name}: {message.GetString()!.Split(':')[0]}"))
            .Order(StringComparer.Ordinal)];
    }
}
