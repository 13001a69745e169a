using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>A contract with each kind of security scheme (Fixtures/security.yaml), served and called.</summary>
public sealed class SecurityTests(InstalledPack pack) : TemplateTests(pack)
{
    const string AliceKey = "alice-key-0123456789abcdef";
    const string AliceNextKey = "alice-next-0123456789abcdef";
    const string BobKey = "bob-key-0123456789abcdef";
    const string OtherKey = "other-key-0123456789abcdef";
    const string LinkKey = "link-key-0123456789abcdef";
    const string SessionKey = "session-key-0123456789abcdef";
    const string Password = "pass:wörd-0123456789abcdef";
    const string WrongKey = "wrong-key-0123456789abcdef";

    const string Header = "X-Api-Key";
    const string ByKey = "ApiKey realm=\"partner\", in=\"header\", name=\"X-Api-Key\"";
    const string ByPassword = "Basic realm=\"staff\", charset=\"UTF-8\"";

    static readonly string[] Secrets = [AliceKey, AliceNextKey, BobKey, OtherKey, LinkKey, SessionKey, Password, WrongKey, Base64($"carol:{Password}"), Base64($"carol:{WrongKey}")];

    static readonly (string Name, string Value)[] Settings =
    [
        (Setting("partner", "Keys__alice__0"), AliceKey),
        (Setting("partner", "Keys__alice__1"), Hash(AliceNextKey)),
        (Setting("partner", "Keys__bob"), BobKey),
        (Setting("other", "Keys__dave__0"), OtherKey),
        (Setting("link", "Keys__erin__0"), LinkKey),
        (Setting("session", "Keys__frank__0"), Hash(SessionKey)),
        (Setting("staff", "Users__carol__0"), Password),
        (Setting("staff", "Users__grace__0"), Password),
    ];

    [Fact]
    public async Task EachSchemeIsCheckedAloneAndWithOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var solution = await OtherContract.CreateAsync(Pack, Folder, "Guarded", "security.yaml", "Security.cs.txt");
        await OtherContract.CopyAsync("SecurityProgram.cs.txt", Path.Combine(solution.Folder, "src/Guarded.Api/Program.cs"), "Guarded");
        var published = (await PublishedService.PublishAsync(solution)).With(Settings);

        await ResponsesAreDeclaredAsync(solution);
        await FaultsAreReportedAsync(solution);
        await CredentialsAreCheckedAsync(published);
        await EachCallerHasALimitAsync(published);
        await SecretsAreReadAgainAsync(published);
        await UnusableSecretsAreRejectedAsync(published);
    }

    [Fact]
    public async Task AServiceWithoutTokensHasKeys()
    {
        var solution = await OtherContract.CreateAsync(Pack, Folder, "Guarded", "security.yaml", "Security.cs.txt", "--auth", "none");
        await OtherContract.CopyAsync("SecurityProgram.cs.txt", Path.Combine(solution.Folder, "src/Guarded.Api/Program.cs"), "Guarded");
        await RemoveLinesAsync(solution, "openapi.yaml", "bearer");
        await RemoveLinesAsync(solution, "Guarded.cs", "<TokenResult>|<EitherResult>|<BothResult>|<ScopesResult>");
        await RemoveLinesAsync(solution, "Program.cs", "AddBearerTokens|UseSubjectRateLimit");
        var published = (await PublishedService.PublishAsync(solution)).With(Settings);
        await using (var service = await published.StartAsync())
        {
            await RespondsAsync(service, "header", "200 alice", (Header, AliceKey));
            await RespondsAsync(service, "header", $"401 {ByKey}", (Header, WrongKey));
            await RespondsAsync(service, "basic", "200 carol", ("Authorization", $"Basic {Base64($"carol:{Password}")}"));
            await RespondsAsync(service, "optional", "200 everybody");
            await RespondsAsync(service, "optional", "200 alice", (Header, AliceKey));
            await RespondsAsync(service, "open", "200 everybody");
        }

        // Closed as well where the program does not mention it.
        await RemoveLinesAsync(solution, "Program.cs", "UseAuthentication|UseAuthorization");
        published = (await PublishedService.PublishAsync(solution)).With(Settings);
        await using var forgotten = await published.StartAsync();
        await RespondsAsync(forgotten, "header", "200 alice", (Header, AliceKey));
        using var response = await forgotten.Client.GetAsync("header", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    static async Task RemoveLinesAsync(GeneratedSolution solution, string file, string pattern)
    {
        var path = $"src/Guarded.Api/{file}";
        var lines = (await solution.ReadAsync(path)).Split('\n');
        Assert.Contains(lines, line => Regex.IsMatch(line, pattern));
        await solution.WriteAsync(path, string.Join('\n', lines.Where(line => !Regex.IsMatch(line, pattern))));
    }

    static async Task CredentialsAreCheckedAsync(PublishedService published)
    {
        // All is logged but queries.
        await using var service = await published.StartAsync(new Dictionary<string, string>
        {
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
            ["Logging__Serilog__LogLevel__Default"] = "Trace",
        });
        var token = $"Bearer {Issuer.Shared.Token("subject", scope: "shapes:read")}";
        var writes = $"Bearer {Issuer.Shared.Token("writer", scope: "shapes:write")}";
        var useless = $"Bearer {Issuer.Shared.Token("other", scope: "colors:read")}";
        var carol = $"Basic {Base64($"carol:{Password}")}";

        await RespondsAsync(service, "token", "200 subject", ("Authorization", token));
        await RespondsAsync(service, "token", "401 Bearer");
        await RespondsAsync(service, "token", "401 Bearer", (Header, AliceKey));
        await RespondsAsync(service, "token", "403 ", ("Authorization", useless));

        await RespondsAsync(service, "header", "200 alice", (Header, AliceKey));
        await RespondsAsync(service, "header", "200 alice", (Header, AliceNextKey));
        await RespondsAsync(service, "header", "200 bob", (Header, BobKey), ("Authorization", token));
        await RespondsAsync(service, "header", $"401 {ByKey}");
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, WrongKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, ""));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, Hash(AliceKey)));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, OtherKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, AliceKey), (Header, BobKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", ("Authorization", AliceKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", ("Authorization", token));
        await RespondsAsync(service, $"header?{Header}={AliceKey}", $"401 {ByKey}");
        await RespondsAsync(service, "header", $"401 {ByKey}", ("Cookie", $"{Header}={AliceKey}"));

        await RespondsAsync(service, "other", "200 dave", (Header, OtherKey));
        await RespondsAsync(service, "other", "401 ApiKey realm=\"other\", in=\"header\", name=\"X-Api-Key\"", (Header, AliceKey));

        const string byLink = "ApiKey realm=\"link\", in=\"query\", name=\"api_key\"";
        await RespondsAsync(service, $"query?api_key={LinkKey}&color=red", "200 erin red");
        await RespondsAsync(service, $"query?api_key={WrongKey}", $"401 {byLink}");
        await RespondsAsync(service, $"query?api_key={LinkKey}&api_key={LinkKey}", $"401 {byLink}");
        await RespondsAsync(service, "query?color=red", $"401 {byLink}");
        await RespondsAsync(service, "query", $"401 {byLink}", ("api_key", LinkKey));
        await RespondsAsync(service, $"query?api_key={LinkKey}&colour=red", "400 ");

        await RespondsAsync(service, "cookie", "200 frank", ("Cookie", $"theme=dark; sid={SessionKey}"));
        await RespondsAsync(service, "cookie", "401 ApiKey realm=\"session\", in=\"cookie\", name=\"sid\"", ("Cookie", $"sid={WrongKey}"));
        await RespondsAsync(service, "cookie", "401 ApiKey realm=\"session\", in=\"cookie\", name=\"sid\"", ("sid", SessionKey));

        await RespondsAsync(service, "basic", "200 carol", ("Authorization", carol));
        await RespondsAsync(service, "basic", "200 grace", ("Authorization", $"basic {Base64($"grace:{Password}")}"));
        await RespondsAsync(service, "basic", $"401 {ByPassword}");
        foreach (var wrong in new[] { $"carol:{WrongKey}", $"Carol:{Password}", $"mallory:{Password}", $":{Password}", "carol:", "carol", Password })
        {
            await RespondsAsync(service, "basic", $"401 {ByPassword}", ("Authorization", $"Basic {Base64(wrong)}"));
        }

        await RespondsAsync(service, "basic", $"401 {ByPassword}", ("Authorization", "Basic"));
        await RespondsAsync(service, "basic", $"401 {ByPassword}", ("Authorization", "Basic ???"));
        await RespondsAsync(service, "basic", $"401 {ByPassword}", ("Authorization", token));

        await RespondsAsync(service, "either", "200 alice", (Header, AliceKey));
        await RespondsAsync(service, "either", "200 subject", ("Authorization", token));
        await RespondsAsync(service, "either", "200 carol", ("Authorization", carol));
        await RespondsAsync(service, "either", "200 alice", (Header, AliceKey), ("Authorization", token));
        await RespondsAsync(service, "either", "200 subject", (Header, WrongKey), ("Authorization", token));
        await RespondsAsync(service, "either", "200 alice", (Header, AliceKey), ("Authorization", useless));
        await RespondsAsync(service, "either", "403 ", ("Authorization", useless));
        await RespondsAsync(service, "either", $"401 {ByPassword} | Bearer | {ByKey}");
        await RespondsAsync(service, "either", $"401 {ByPassword} | Bearer | {ByKey}", (Header, WrongKey));

        await RespondsAsync(service, "both", "200 subject", (Header, AliceKey), ("Authorization", token));
        await RespondsAsync(service, "both", $"401 {ByKey} | Bearer", ("Authorization", token));
        await RespondsAsync(service, "both", $"401 {ByKey} | Bearer", (Header, AliceKey));
        await RespondsAsync(service, "both", $"401 {ByKey} | Bearer", (Header, WrongKey), ("Authorization", token));
        await RespondsAsync(service, "both", "403 ", (Header, AliceKey), ("Authorization", useless));

        await RespondsAsync(service, "scopes", "200 subject", ("Authorization", token));
        await RespondsAsync(service, "scopes", "200 writer", ("Authorization", writes));
        await RespondsAsync(service, "scopes", "403 ", ("Authorization", useless));
        await RespondsAsync(service, "scopes", "401 Bearer");

        await RespondsAsync(service, "optional", "200 nobody");
        await RespondsAsync(service, "optional", "200 alice", (Header, AliceKey));
        await RespondsAsync(service, "optional", "200 nobody", (Header, WrongKey));

        await RespondsAsync(service, "open", "200 nobody");
        await RespondsAsync(service, "open", "200 nobody", (Header, AliceKey));

        // No setting has a key of it.
        await RespondsAsync(service, "unset", "401 ApiKey realm=\"unset\", in=\"header\", name=\"X-Unset\"");
        await RespondsAsync(service, "unset", "401 ApiKey realm=\"unset\", in=\"header\", name=\"X-Unset\"", ("X-Unset", AliceKey));
        await RespondsAsync(service, "unset", "401 ApiKey realm=\"unset\", in=\"header\", name=\"X-Unset\"", ("X-Unset", ""));

        Assert.Equal(0, await service.StopAsync());
        var lines = service.Output.Split('\n');
        Assert.Contains("\"Warning\"", Assert.Single(lines, line => line.Contains("Authentication:Schemes:unset:Keys:<name>:0", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("was not authenticated", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"@l\":\"Debug\"", StringComparison.Ordinal));
        foreach (var secret in Secrets.SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret), Hash(secret)["sha256:".Length..] }))
        {
            Assert.DoesNotContain(secret, service.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    static async Task EachCallerHasALimitAsync(PublishedService published)
    {
        await using var service = await published.StartAsync(new Dictionary<string, string> { ["RateLimits__PerSubject"] = "1", ["RateLimits__WindowSeconds"] = "86400" });
        await RespondsAsync(service, "header", "200 alice", (Header, AliceKey));
        await RespondsAsync(service, "header", "429 ", (Header, AliceNextKey));
        await RespondsAsync(service, "header", "200 bob", (Header, BobKey));
        await RespondsAsync(service, "basic", "200 carol", ("Authorization", $"Basic {Base64($"carol:{Password}")}"));
        await RespondsAsync(service, "basic", "429 ", ("Authorization", $"Basic {Base64($"carol:{Password}")}"));

        // Unknown keys have no limit of their own.
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, WrongKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, WrongKey));
    }

    async Task SecretsAreReadAgainAsync(PublishedService published)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(Folder, "secrets")).FullName;
        var file = Path.Combine(secrets, Setting("partner", "Keys__alice__0"));
        await File.WriteAllTextAsync(file, AliceKey + "\n", TestContext.Current.CancellationToken);
        await using var service = await published.StartAsync(new Dictionary<string, string> { ["Secrets__Directory"] = secrets });
        await RespondsAsync(service, "header", "200 alice", (Header, AliceKey));
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, WrongKey));

        // What is unusable changes nothing; the next does.
        await File.WriteAllTextAsync(file, "short", TestContext.Current.CancellationToken);
        await UntilAsync(() => Task.FromResult(service.Output.Contains("The service goes on with the secrets that it had.", StringComparison.Ordinal)));
        await RespondsAsync(service, "header", "200 alice", (Header, AliceKey));
        await File.WriteAllTextAsync(file, WrongKey, TestContext.Current.CancellationToken);
        await UntilAsync(async () => await AnswerAsync(service, "header", (Header, WrongKey)) == "200 alice");
        await RespondsAsync(service, "header", $"401 {ByKey}", (Header, AliceKey));
        Assert.DoesNotContain("short", service.Output, StringComparison.Ordinal);
    }

    static async Task UnusableSecretsAreRejectedAsync(PublishedService published)
    {
        await RejectsAsync("Keys__alice__0", "short", "The setting Authentication:Schemes:partner:Keys:alice:0 must be a random secret of at least 16 characters");
        await RejectsAsync("Keys__alice__0", "", "must be a random secret of at least 16 characters");
        await RejectsAsync("Keys__alice__1", "sha256:abc", "The setting Authentication:Schemes:partner:Keys:alice:1 must have the 64 hexadecimal digits of a SHA-256");
        await RejectsAsync("Keys__alice__0", BobKey, "must be a key of that caller alone, and");
        await RejectsAsync("Users__alice__0", AliceKey, "The setting Authentication:Schemes:partner:Users is unknown; Authentication:Schemes:partner has Keys.");

        async Task RejectsAsync(string name, string value, string reason)
        {
            var run = await published.RunWithAsync([], Setting("partner", name), value);
            run.ShouldExitWith(1);
            Assert.Contains(reason, run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
            Assert.False(value.Length > 0 && run.Output.Contains(value, StringComparison.Ordinal), run.Output);
        }
    }

    static async Task ResponsesAreDeclaredAsync(GeneratedSolution solution)
    {
        var operations = await solution.ReadAsync("src/Guarded.Api/Generated/Operations.cs");
        foreach (var (operation, policy, statuses) in new[]
        {
            ("token", ".RequireAuthorization(\"shapes:read\")", "401, 403, 429, 500, 503"),
            ("header", ".RequireCredentials(\"partner\")", "401, 429, 500, 503"),
            ("either", ".RequireCredentials([(\"partner\", [])], [(\"Bearer\", [\"shapes:read\"])], [(\"staff\", [])])", "401, 403, 429, 500, 503"),
            ("both", ".RequireCredentials([(\"Bearer\", [\"shapes:read\"]), (\"partner\", [])])", "401, 403, 429, 500, 503"),
            ("optional", ".RequireCredentials([(\"partner\", [])], [])", "429, 500, 503"),
            ("open", ".AllowAnonymous()", "429, 500, 503"),
        })
        {
            var mapped = operations[operations.IndexOf($".WithName(\"{operation}\")", StringComparison.Ordinal)..];
            mapped = mapped[..mapped.IndexOf(';', StringComparison.Ordinal)];
            Assert.Contains(policy, mapped, StringComparison.Ordinal);
            Assert.Contains($".AnswersProblem<Problem>({statuses})", mapped, StringComparison.Ordinal);
        }

        var served = await solution.ReadAsync("src/Guarded.Api/Generated/openapi.yaml");
        Assert.Matches(new Regex(@"    Unauthorized:\n      description: There are no valid credentials\.\n      headers:\n        WWW-Authenticate:"), served);
    }

    // The compiler that the build has built.
    static async Task FaultsAreReportedAsync(GeneratedSolution solution)
    {
        var contract = await solution.ReadAsync("src/Guarded.Api/openapi.yaml");
        var run = await CompileAsync("server", contract.Replace("unset: []", "issuer: []", StringComparison.Ordinal).Replace("{ type: apiKey, in: header, name: X-Unset }", "{ type: mutualTLS }\n    issuer: { type: openIdConnect }", StringComparison.Ordinal));
        run.ShouldSucceed();
        Assert.Matches(@"changed\.yaml\(\d+,5\): warning CONTRACT006: 'issuer' and 'bearer' are both schemes of tokens: the service has one issuer, and takes its tokens for both", run.Output);

        var foreign = contract.Replace("unset: []", "unset: [], nothing: [a]", StringComparison.Ordinal).Replace("{ type: apiKey, in: header, name: X-Unset }", "{ type: mutualTLS }", StringComparison.Ordinal);
        run = await CompileAsync("server", foreign);
        run.ShouldExitWith(1);
        Assert.Matches(@"changed\.yaml\(\d+,5\): error CONTRACT004: the security scheme 'unset' is mutualTLS", run.Output);
        Assert.Matches(@"changed\.yaml\(\d+,\d+\): error CONTRACT004: the security scheme 'nothing' is not declared", run.Output);

        Task<CommandResult> CompileAsync(string kind, string text)
        {
            var file = Path.Combine(solution.Folder, "obj", "changed.yaml");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return CommandLine.DotnetAsync(Path.Combine(solution.Folder, "contract"), "obj/compiler/contract.dll", kind, file, "Guarded.Api", "Guarded.ServiceDefaults", Path.Combine(solution.Folder, "obj", "probe", "Models.cs"), "-");
        }
    }

    static async Task RespondsAsync(RunningService service, string path, string expected, params (string Name, string Value)[] headers) =>
        Assert.Equal((path, expected), (path, await AnswerAsync(service, path, headers)));

    /// <summary>The status, and who calls or what the challenges are.</summary>
    static async Task<string> AnswerAsync(RunningService service, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return $"{(int)response.StatusCode} {body}".TrimEnd();
        }

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)response.StatusCode, JsonElement.Parse(body).GetProperty("status").GetInt32());
        Assert.DoesNotContain(Secrets, secret => body.Contains(secret, StringComparison.Ordinal));
        return $"{(int)response.StatusCode} {string.Join(" | ", response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? challenges : [])}";
    }

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.True(tries < 300, "The service does not read its secrets again.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    static string Setting(string scheme, string name) => $"Authentication__Schemes__{scheme}__{name}";

    static string Hash(string secret) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))}";

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
