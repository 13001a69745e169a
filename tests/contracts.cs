// Runs the compiler of contracts on a folder of OpenAPI documents: `dotnet tests/contracts.cs FOLDER`. Prints for each document whether it passes or its first
// error, whether the server and both clients compile, the time and memory of the compiler, and how many typed members became untyped. --agree sends valid and
// invalid requests to each server and compares its verdict with that of a validator of JSON Schema (ajv); contracts.mjs makes and judges them. --server leaves out the
// clients, --only=TEXT takes the documents with that in their names, --parallel=N so many at once.
// A document of several files is a folder in which the file ROOT names the first one. Needs Node.js with npm.
#:property PublishAot=false

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

var folder = Path.GetFullPath(args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? Fail<string>("Name a folder of OpenAPI documents: dotnet tests/contracts.cs FOLDER"));
var agree = args.Contains("--agree");
var clients = !args.Contains("--server");
var only = args.FirstOrDefault(argument => argument.StartsWith("--only=", StringComparison.Ordinal))?["--only=".Length..] ?? "";
var parallel = int.Parse(args.FirstOrDefault(argument => argument.StartsWith("--parallel=", StringComparison.Ordinal))?["--parallel=".Length..] ?? "2", CultureInfo.InvariantCulture);

var tests = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var documents = Directory.Exists(folder)
    ? Document.In(folder).Where(document => document.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).ToList()
    : Fail<List<Document>>($"There is no folder {folder}.");
var workshop = await Workshop.BuildAsync(Path.GetDirectoryName(tests)!, tests);

var results = new ConcurrentBag<Result>();
await Parallel.ForEachAsync(documents, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (document, _) =>
{
    var result = await workshop.TryAsync(document, clients, agree);
    results.Add(result);
    Console.WriteLine($"{results.Count,4}/{documents.Count}  {result.Line}");
});

var sorted = results.OrderBy(result => result.Document.Name, StringComparer.Ordinal).ToList();
if (clients)
{
    await workshop.CheckTypeScriptAsync(sorted);
}

Report.Write(sorted, agree, Path.Combine(workshop.Folder, "report.txt"));
return sorted.TrueForAll(result => result.Passes) ? 0 : 1;

static T Fail<T>(string message)
{
    Console.Error.WriteLine(message);
    Environment.Exit(1);
    return default!;
}

/// <param name="Name">The file's name without its extension, or the folder's.</param>
/// <param name="Path">The file that the compiler is given.</param>
sealed record Document(string Name, string Path)
{
    public static IEnumerable<Document> In(string folder) =>
        Directory.EnumerateFiles(folder)
            .Where(file => System.IO.Path.GetExtension(file) is ".yaml" or ".yml" or ".json")
            .Select(file => new Document(System.IO.Path.GetFileNameWithoutExtension(file), file))
            .Concat(Directory.EnumerateFiles(folder, "ROOT", SearchOption.AllDirectories)
                .Select(root => System.IO.Path.GetDirectoryName(root)!)
                .Select(root => new Document(System.IO.Path.GetFileName(root), System.IO.Path.Combine(root, File.ReadAllText(System.IO.Path.Combine(root, "ROOT")).Trim()))))
            .OrderBy(document => document.Name, StringComparer.Ordinal);
}

/// <summary>What a document is, as contracts.mjs reads it.</summary>
/// <param name="Rows">The needs of CONTRACT rows, as letters.</param>
/// <param name="Typed">The names of members that have a type in each schema.</param>
sealed record Facts(string Version, int Operations, string Rows, IReadOnlyList<string> Typed);

/// <summary>What came of a document. An error is null where there is none.</summary>
sealed class Result(Document document)
{
    public Document Document { get; } = document;

    public Facts? Facts { get; set; }

    public List<string> Errors { get; } = [];

    /// <summary>The first of each kind.</summary>
    public List<string> ServerErrors { get; set; } = [];

    public List<string> ClientErrors { get; set; } = [];

    public string? ServerError => ServerErrors.FirstOrDefault();

    public string? ClientError => ClientErrors.FirstOrDefault();

    public string? TypeScriptError { get; set; }

    public double Seconds { get; set; }

    public double ServerSeconds { get; set; }

    public double Megabytes { get; set; }

    public int Members { get; set; }

    public List<string> Untyped { get; set; } = [];

    public Agreement? Agreement { get; set; }

    public bool Generated => Errors.Count == 0;

    public bool Passes => Generated && ServerError is null && ClientError is null && TypeScriptError is null && Agreement is not { Disagreements.Count: > 0 };

    public string Line => string.Create(CultureInfo.InvariantCulture, $"{(Generated ? "passes" : "fails "),-6} {Mark(ServerError)}{Mark(ClientError)}{Mark(TypeScriptError)} {ServerSeconds,5:0.0} s {Seconds,5:0.0} s {Megabytes,4:0} MB {Untyped.Count,4}/{Members,-5} {Facts?.Version,-6} {Facts?.Operations,4} {Facts?.Rows,-17} {Document.Name}{Agreed}{First}");

    private string Agreed => Agreement is null ? "" : $"  {Agreement.Cases - Agreement.Disagreements.Sum(kind => kind.Count)}/{Agreement.Cases} agree{(Agreement.Error is null ? "" : ", " + Agreement.Error)}";

    private string First => (Errors.FirstOrDefault() ?? ServerError ?? ClientError ?? TypeScriptError) is { } error ? $"\n           {error}" : "";

    private char Mark(string? error) => !Generated ? '-' : error is null ? '+' : 'x';
}

sealed record Agreement(int Cases, int Valid, int Operations, string? Error, IReadOnlyList<Disagreement> Disagreements);

/// <param name="Kind">Who says what, and which rule it is about.</param>
sealed record Disagreement(string Kind, int Count, string Example);

/// <summary>The compilers, built once: that of contracts, that of C# with the arguments of a real service and client, that of TypeScript; and the host of a server.</summary>
sealed partial class Workshop
{
    private const string Namespace = "Acme.Corpus";
    private const string Packages = """{ "type": "module", "dependencies": { "ajv": "8.20.0", "ajv-formats": "3.0.1", "randexp": "0.5.3", "typescript": "5.9.3", "yaml": "2.8.1" } }""";

    // Loads the code of a contract, and serves it: an operation that is reached responds with 501.
    private const string Host = """
        using System.Reflection;
        using System.Runtime.Loader;
        using GoldenService.ServiceDefaults;
        using Microsoft.AspNetCore.Authentication;
        using Microsoft.AspNetCore.Authorization;
        using Microsoft.AspNetCore.Authorization.Policy;

        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(args[0]);
        var contract = assembly.GetTypes().Single(type => type.Name == "Contract");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 30_000_000);
        builder.Services.AddOptions();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IAuthorizationPolicyProvider, Everybody>();
        builder.Services.AddSingleton<IPolicyEvaluator, Everybody>();
        contract.GetMethod("AddContract")!.Invoke(null, [builder.Services]);
        await using var app = builder.Build();
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (NotImplementedException)
            {
                // The request was taken: the operation was reached, and has no code.
                context.Response.StatusCode = 501;
            }
            catch (BadHttpRequestException exception)
            {
                context.Response.StatusCode = exception.StatusCode;
                await context.Response.WriteAsync(exception.Message);
            }
            catch (Exception exception)
            {
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync(exception.ToString());
            }
        });
        app.UseRouting();
        app.UseAuthorization();
        contract.GetMethod("MapContract")!.Invoke(null, [app]);

        // What cannot be written is not seen by requests: each type of a response is prepared, as its first response does it.
        var json = (System.Text.Json.Serialization.JsonSerializerContext)assembly.GetTypes().Single(type => type.Name == "ContractJson").GetProperty("Default")!.GetValue(null)!;
        foreach (var property in json.GetType().GetProperties().Where(property => property.PropertyType.IsGenericType))
        {
            var type = (System.Text.Json.Serialization.Metadata.JsonTypeInfo)property.GetValue(json)!;
            if (type.Type.IsEnum)
            {
                foreach (var value in Enum.GetValues(type.Type))
                {
                    System.Text.Json.JsonSerializer.Serialize(value, type);
                }
            }
        }

        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());

        // Ends with the program that started it.
        await Console.In.ReadToEndAsync();

        sealed class Everybody : IAuthorizationPolicyProvider, IPolicyEvaluator
        {
            private static readonly AuthorizationPolicy Policy = new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build();

            public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => Task.FromResult(Policy);

            public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(null);

            public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(Policy);

            public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context) => Task.FromResult(AuthenticateResult.NoResult());

            public Task<PolicyAuthorizationResult> AuthorizeAsync(AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
                Task.FromResult(PolicyAuthorizationResult.Success());
        }
        """;

    private readonly string compiler;
    private readonly string nswag;
    private readonly string node;
    private readonly string csc;
    private readonly List<string> server;
    private readonly List<string> client;
    private readonly string host;
    private readonly string api;

    private Workshop(string folder, string compiler, string nswag, string node, string csc, List<string> server, List<string> client, string host, string api)
    {
        Folder = folder;
        this.compiler = compiler;
        this.nswag = nswag;
        this.node = node;
        this.csc = csc;
        this.server = server;
        this.client = client;
        this.host = host;
        this.api = api;
    }

    public string Folder { get; }

    public static async Task<Workshop> BuildAsync(string repository, string tests)
    {
        var folder = Path.Combine(repository, "artifacts", "contracts");
        var templates = Path.Combine(repository, "templates");
        string[] outputs = [.. "documents Server Client".Split(' ').Select(name => Path.Combine(folder, name))];
        foreach (var old in outputs.Where(Directory.Exists))
        {
            Directory.Delete(old, recursive: true);
        }

        Write("Directory.Build.props", $"""<Project><Import Project="{templates}/Directory.Build.props" /></Project>""");
        Write("Directory.Packages.props", $"""<Project><Import Project="{templates}/Directory.Packages.props" /></Project>""");
        Write("Directory.Build.targets", """
            <Project>
              <Target Name="WriteArguments" AfterTargets="CoreCompile">
                <WriteLinesToFile File="$(MSBuildProjectDirectory)/obj/arguments.rsp" Lines="@(CscCommandLineArgs)" Overwrite="true" />
              </Target>
            </Project>
            """);
        Write("Server/Server.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <ProvideCommandLineArgs>true</ProvideCommandLineArgs>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="FluentValidation.AspNetCore" />
                <ProjectReference Include="{templates}/common/src/GoldenService.ServiceDefaults/GoldenService.ServiceDefaults.csproj" />
              </ItemGroup>
            </Project>
            """);
        const string usings = "System;System.IO;System.Linq;System.Net.Http;System.Threading;System.Threading.Tasks;Microsoft.AspNetCore.Builder;Microsoft.AspNetCore.Hosting;Microsoft.AspNetCore.Http;Microsoft.AspNetCore.Routing;Microsoft.Extensions.DependencyInjection;Microsoft.Extensions.Hosting;Microsoft.Extensions.Logging";
        Write("Server/Program.cs", string.Concat(usings.Split(';').Select(name => $"using {name};\n")) + Host);
        Write("Client/Client.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <ProvideCommandLineArgs>true</ProvideCommandLineArgs>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="NSwag.MSBuild" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        Write("Client/Empty.cs", "");

        Console.WriteLine("Building the compiler of contracts, the platform, and what clients need …");
        var compiler = Path.Combine(folder, "compiler");
        await RunAsync("dotnet", folder, "build", Path.Combine(templates, "common", "contract", "contract.csproj"), "-o", compiler, "-nologo", "-v:q", "-p:RunAnalyzers=false");
        await RunAsync("dotnet", folder, "build", "Server/Server.csproj", "-nologo", "-v:q", "-p:RunAnalyzers=false");
        await RunAsync("dotnet", folder, "build", "Client/Client.csproj", "-nologo", "-v:q", "-p:RunAnalyzers=false");
        var nswag = (await RunAsync("dotnet", folder, "msbuild", "Client/Client.csproj", "-getProperty:NSwagDir_Net100", "-nologo")).Trim();
        var sdk = (await RunAsync("dotnet", folder, "msbuild", "Client/Client.csproj", "-getProperty:RoslynTargetsPath", "-nologo")).Trim();

        var node = Path.Combine(folder, "node");
        if (!File.Exists(Path.Combine(node, "package.json")) || File.ReadAllText(Path.Combine(node, "package.json")) != Packages)
        {
            Write("node/package.json", Packages);
            await RunAsync("npm", node, "install", "--no-audit", "--no-fund");
        }

        File.Copy(Path.Combine(tests, "contracts.mjs"), Path.Combine(node, "contracts.mjs"), overwrite: true);
        var api = Path.Combine(templates, "common", "clients", "typescript", "src", "api.ts");
        return new(
            folder,
            Path.Combine(compiler, "contract.dll"),
            Path.Combine(nswag, "dotnet-nswag.dll"),
            node,
            Path.Combine(sdk, "bincore", "csc.dll"),
            Arguments("Server"),
            Arguments("Client"),
            Path.Combine(folder, "Server", "bin", "Debug", "net10.0", "Server.dll"),
            api);

        void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), text);
        }

        // What the SDK gives the compiler, without the project's own sources and outputs.
        List<string> Arguments(string project) =>
        [
            .. File.ReadAllLines(Path.Combine(folder, project, "obj", "arguments.rsp"))
                .Where(line => !OwnFile().IsMatch(line))
                .Select(line => RelativeFile().Replace(line, match => match.Groups[1].Value + Path.Combine(folder, project) + "/obj/")),
            "/target:library",
        ];
    }

    public async Task<Result> TryAsync(Document document, bool clients, bool agree)
    {
        var result = new Result(document);
        var work = Path.Combine(Folder, "documents", document.Name);
        Directory.CreateDirectory(work);
        try
        {
            var facts = await StartAsync("node", node, "contracts.mjs", "facts", document.Path);
            result.Facts = facts.ExitCode == 0 ? JsonSerializer.Deserialize<Facts>(facts.Output, JsonSerializerOptions.Web) : null;

            // One after the other, as builds do.
            (string Kind, string Code)[] kinds = [("server", "server/Models.cs"), ("client", "client/Client.cs"), ("typescript", "typescript/generated/client.ts")];
            foreach (var (kind, code) in clients ? kinds : kinds[..1])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, code))!);
                var run = await StartAsync("dotnet", work, compiler, kind, document.Path, Namespace, "GoldenService.ServiceDefaults", Path.Combine(work, code), nswag);
                result.Seconds += run.Seconds;
                result.ServerSeconds = kind == "server" ? run.Seconds : result.ServerSeconds;
                result.Megabytes = Math.Max(result.Megabytes, run.Megabytes);
                File.WriteAllText(Path.Combine(work, kind + ".log"), run.Output);
                if (run.ExitCode != 0)
                {
                    var errors = run.Output.Split('\n').Where(line => Error().IsMatch(line)).Select(line => $"{kind}: {line.Trim()}").ToList();
                    result.Errors.AddRange(errors.Count > 0 ? errors : [$"{kind}: crashed: {run.Output.Split('\n').FirstOrDefault(line => line.Contains("Exception", StringComparison.Ordinal)) ?? run.Output.Trim().Split('\n')[^1]}"]);
                    return result;
                }
            }

            CountUntyped(result, work);
            WriteOperations(Path.Combine(work, "server"));
            var serverFiles = Directory.EnumerateFiles(Path.Combine(work, "server"), "*.cs").ToList();
            result.ServerErrors = await CompileAsync(work, "Service", server, serverFiles);
            if (clients)
            {
                File.Copy(api, Path.Combine(work, "typescript", "api.ts"));
                result.ClientErrors = await CompileAsync(work, "Client", client, [Path.Combine(work, "client", "Client.cs")]);
            }

            if (agree && result.ServerError is null)
            {
                result.Agreement = await AgreeAsync(document, work);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or JsonException)
        {
            result.Errors.Add($"this program: {exception.Message}");
        }

        return result;
    }

    /// <summary>All clients in TypeScript at once, as the compiler's start takes longer than a client.</summary>
    public async Task CheckTypeScriptAsync(IReadOnlyList<Result> results)
    {
        if (!results.Any(result => result.Generated))
        {
            return;
        }

        Console.WriteLine("Compiling the clients in TypeScript …");
        File.WriteAllText(Path.Combine(Folder, "tsconfig.json"), """
            {
              "compilerOptions": {
                "target": "es2022", "lib": ["es2022", "dom", "dom.iterable"], "module": "esnext", "moduleResolution": "bundler", "types": [],
                "strict": true, "exactOptionalPropertyTypes": true, "noImplicitOverride": true, "noUncheckedIndexedAccess": true,
                "verbatimModuleSyntax": true, "skipLibCheck": true, "noEmit": true
              },
              "include": ["documents/*/typescript"]
            }
            """);
        var run = await StartAsync("node", Folder, "--max-old-space-size=6000", Path.Combine("node", "node_modules", "typescript", "bin", "tsc"), "-p", ".", "--pretty", "false");
        File.WriteAllText(Path.Combine(Folder, "tsc.log"), run.Output);
        foreach (var result in results.Where(result => result.Generated))
        {
            result.TypeScriptError = run.Output.Split('\n').FirstOrDefault(line => line.StartsWith($"documents/{result.Document.Name}/typescript/", StringComparison.Ordinal));
        }

        if (run.ExitCode != 0 && !run.Output.Contains("error TS", StringComparison.Ordinal))
        {
            results[0].TypeScriptError = $"tsc: {run.Output.Trim()}";
        }
    }

    // The other half of what implements the operations: each is reached, and does nothing.
    private static void WriteOperations(string folder)
    {
        var code = File.ReadAllText(Path.Combine(folder, "Operations.cs"));
        var classes = Interface().Matches(code).Select(match => $$"""
            partial class {{match.Groups[1].Value}}
            {
            {{string.Concat(Method().Matches(match.Groups[2].Value).Select(method => $"    public {method.Groups[1].Value} => throw new System.NotImplementedException();\n"))}}}
            """);
        File.WriteAllText(Path.Combine(folder, "Stubs.cs"), $"""
            #nullable enable
            using System.Threading;
            using System.Threading.Tasks;

            namespace {Namespace};

            using global::{Namespace}.Generated;

            {string.Join("\n\n", classes)}

            """);
    }

    private static void CountUntyped(Result result, string work)
    {
        var typed = result.Facts?.Typed.ToHashSet() ?? [];
        var members = Member().Matches(File.ReadAllText(Path.Combine(work, "server", "Models.cs")));
        result.Members = members.Count;
        result.Untyped = [.. members.Where(member => AnyValue().IsMatch(member.Groups[2].Value) && typed.Contains(member.Groups[1].Value)).Select(member => member.Groups[1].Value)];
    }

    private async Task<List<string>> CompileAsync(string work, string name, List<string> arguments, IReadOnlyList<string> files)
    {
        var response = Path.Combine(work, name + ".rsp");
        File.WriteAllLines(response, [.. arguments, $"/out:\"{Path.Combine(work, name + ".dll")}\"", $"/pathmap:\"{work}\"=.", .. files.Select(file => $"\"{file}\"")]);

        // /shared keeps the compiler running between the documents; it ends by itself.
        var run = await StartAsync("dotnet", work, csc, "/noconfig", "/shared:contracts-" + Environment.ProcessId, "/keepalive:30", "@" + response);
        File.WriteAllText(Path.Combine(work, name + ".log"), run.Output);
        if (run.ExitCode == 0)
        {
            return [];
        }

        var errors = run.Output.Split('\n').Where(line => line.Contains("error ", StringComparison.Ordinal)).Select(line => line.Trim().Replace(work + '/', "", StringComparison.Ordinal)).DistinctBy(Report.Kind).ToList();
        return errors.Count > 0 ? errors : [$"csc ended with {run.ExitCode}: {run.Output.Trim()}"];
    }

    private async Task<Agreement> AgreeAsync(Document document, string work)
    {
        var start = new ProcessStartInfo("dotnet", [host, Path.Combine(work, "Service.dll")]) { WorkingDirectory = work, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            var url = await process.StandardOutput.ReadLineAsync();
            if (url is null)
            {
                return new(0, 0, 0, $"the server does not start: {(await errors).Trim().Split('\n')[0]}", []);
            }

            var run = await StartAsync("node", node, "contracts.mjs", "agree", document.Path, url);
            File.WriteAllText(Path.Combine(work, "agree.log"), run.Output);
            return run.ExitCode == 0
                ? JsonSerializer.Deserialize<Agreement>(run.Output, JsonSerializerOptions.Web)!
                : new(0, 0, 0, $"contracts.mjs: {run.Output.Trim().Split('\n').FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal))}", []);
        }
        finally
        {
            process.StandardInput.Close();
            process.Kill();
        }
    }

    private static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        var run = await StartAsync(program, folder, arguments);
        if (run.ExitCode != 0)
        {
            Console.Error.WriteLine($"`{program} {string.Join(' ', arguments)}` ended with {run.ExitCode}:\n{run.Output}");
            Environment.Exit(1);
        }

        return run.Output;
    }

    private static async Task<Run> StartAsync(string program, string folder, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var outputs = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var end = process.WaitForExitAsync();
        var most = 0L;
        while (await Task.WhenAny(end, Task.Delay(50)) != end)
        {
            try
            {
                process.Refresh();
                most = Math.Max(most, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }

            if (watch.Elapsed > TimeSpan.FromMinutes(5))
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return new(process.ExitCode, string.Concat(await outputs), watch.Elapsed.TotalSeconds, most / 1e6);
    }

    private sealed record Run(int ExitCode, string Output, double Seconds, double Megabytes);

    [GeneratedRegex(@"^(?:/out:|/refout:|/target:|/doc:|/embed:|/generatedfilesout:|/noconfig|/reportanalyzer)|^""?(?!/)[^""]*\.cs""?$")]
    private static partial Regex OwnFile();

    [GeneratedRegex(@"(^|:|"")obj/")]
    private static partial Regex RelativeFile();

    [GeneratedRegex(@"interface I(\w+Operations)\s*\{(.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"^    ((?:global::)?[\w.<>:]*Task<\w+> \w+\(.*?\));$", RegexOptions.Multiline)]
    private static partial Regex Method();

    [GeneratedRegex(@"JsonPropertyName\(@?""([^""]+)""\)\](?:\s*\[[^\n]*\])*\s*public (?:required )?([^\n{]+?) \w+ \{ get; init; \}")]
    private static partial Regex Member();

    [GeneratedRegex(@"^(?:Optional<)?(?:System\.Text\.Json\.)?(?:IReadOnlyList<)?(?:System\.Text\.Json\.)?JsonElement")]
    private static partial Regex AnyValue();

    [GeneratedRegex(@"error CONTRACT\d+|error :")]
    private static partial Regex Error();
}

static partial class Report
{
    // The rows of needs, in the order in which a compiler would meet them.
    private static readonly (char Row, string Need)[] Rows =
    [
        ('A', "errors as they are written: statuses, bodies, none"), ('B', "any name"), ('C', "inline types, arrays, maps, any value"), ('D', "formats, patterns, defaults, nullable"),
        ('E', "examples, xml, servers, harmless slips"), ('J', "paths with {a}.json, :, HEAD, OPTIONS"), ('M', "responses that are not JSON, typed headers"),
        ('I', "array parameters, deepObject, cookies"), ('F', "allOf"), ('K', "apiKey, basic, oauth2, alternatives"), ('N', "requests that are not JSON"), ('L', "optional body"),
        ('G', "oneOf, anyOf, not, discriminator"), ('O', "OpenAPI 3.1"), ('Q', "webhooks, callbacks, several files"), ('H', "recursive schemas"),
    ];

    public static void Write(IReadOnlyList<Result> results, bool agree, string file)
    {
        using var lines = new StringWriter();
        foreach (var result in results)
        {
            lines.WriteLine(result.Line);
        }

        lines.WriteLine();
        lines.WriteLine("| | what documents have | have it | pass | pass that need only this and the rows above |");
        lines.WriteLine("|---|---|---|---|---|");
        var known = "";
        foreach (var (row, need) in Rows)
        {
            known += row;
            var having = results.Where(result => result.Facts?.Rows.Contains(row) == true).ToList();
            var within = results.Where(result => result.Facts?.Rows.All(known.Contains) == true).ToList();
            lines.WriteLine($"| {row} | {need} | {having.Count} | {having.Count(result => result.Passes)} | {within.Count(result => result.Passes)} of {within.Count} |");
        }

        var typed = results.Sum(result => result.Members);
        var untyped = results.Sum(result => result.Untyped.Count);
        lines.WriteLine();
        lines.WriteLine($"{results.Count} documents, {results.Count(result => result.Facts?.Version.StartsWith("3.1", StringComparison.Ordinal) == true)} of OpenAPI 3.1, {results.Sum(result => result.Facts?.Operations ?? 0)} operations");
        var generated = results.Where(result => result.Generated).ToList();
        var servers = generated.Count(result => result.ServerError is null);
        var clients = generated.Count(result => result.ClientError is null);
        var typeScript = generated.Count(result => result.TypeScriptError is null);
        var passes = results.Count(result => result.Passes);
        lines.WriteLine($"generated {generated.Count}, server compiles {servers}, C# client {clients}, TypeScript client {typeScript}, all of it {passes}");
        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"typed members that became untyped: {untyped} of {typed} ({(typed == 0 ? 0 : 100.0 * untyped / typed):0.0} %)"));
        if (agree)
        {
            lines.WriteLine($"agreement: {results.Sum(result => result.Agreement?.Cases ?? 0)} requests, {results.Sum(result => result.Agreement?.Valid ?? 0)} of them valid, {results.Sum(result => result.Agreement?.Disagreements.Sum(kind => kind.Count) ?? 0)} disagreements");
        }

        Kinds(lines, "Errors of the compiler of contracts", results.SelectMany(result => result.Errors.Select(error => (result, error))));
        Kinds(lines, "Servers that do not compile", results.SelectMany(result => result.ServerErrors.Select(error => (result, error))));
        Kinds(lines, "C# clients that do not compile", results.SelectMany(result => result.ClientErrors.Select(error => (result, error))));
        Kinds(lines, "TypeScript clients that do not compile", results.Where(result => result.TypeScriptError is not null).Select(result => (result, result.TypeScriptError!)));
        Kinds(lines, "Servers that could not be asked", results.Where(result => result.Agreement?.Error is not null).Select(result => (result, result.Agreement!.Error!)));
        Disagreements(lines, results);
        Console.WriteLine();
        Console.Write(lines);
        File.WriteAllText(file, lines.ToString());
        Console.WriteLine($"\nWritten to {file}");
    }

    private static void Kinds(StringWriter lines, string title, IEnumerable<(Result Result, string Error)> errors)
    {
        var kinds = errors.GroupBy(error => Kind(error.Error)).OrderByDescending(kind => kind.Select(error => error.Result).Distinct().Count()).ToList();
        if (kinds.Count > 0)
        {
            lines.WriteLine($"\n{title}\n");
        }

        foreach (var kind in kinds)
        {
            lines.WriteLine($"{kind.Count(),5} in {kind.Select(error => error.Result).Distinct().Count(),3} documents: {kind.First().Result.Document.Name}: {kind.First().Error}");
        }
    }

    private static void Disagreements(StringWriter lines, IReadOnlyList<Result> results)
    {
        var kinds = results.SelectMany(result => (result.Agreement?.Disagreements ?? []).Select(kind => (result.Document.Name, kind)))
            .GroupBy(pair => pair.kind.Kind).OrderByDescending(group => group.Sum(pair => pair.kind.Count)).ToList();
        if (kinds.Count > 0)
        {
            lines.WriteLine("\nDisagreements\n");
        }

        foreach (var kind in kinds)
        {
            lines.WriteLine($"{kind.Sum(pair => pair.kind.Count),6} in {kind.Count(),3} documents: {kind.Key}\n       {kind.First().Name}: {kind.First().kind.Example}");
        }
    }

    // An error without what is particular to its document: places, names and numbers.
    public static string Kind(string error) => Particular().Replace(error.Contains("error", StringComparison.Ordinal) ? error[error.IndexOf("error", StringComparison.Ordinal)..] : error, "…");

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\d+|(?<=CONTRACT\d+: )[^:]*:")]
    private static partial Regex Particular();
}
