using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>What a template must refuse, and what it must not say with some options.</summary>
sealed partial record TemplateRules(Func<IReadOnlyDictionary<string, string>, bool> IsRefused, IReadOnlyList<Absence> Absences)
{
    public static readonly TemplateRules None = new(_ => false, []);

    // Examples of what is a secret are of any kind.
    const string Secrets = "ServiceDefaults.Tests/Repository/RepositorySecretsTests.cs";

    // How any database is asked what is in it.
    static readonly Absence OtherDatabase = new("database", "postgres", Sqlite(), "Testing/Raw.cs");

    static readonly Absence Broker = new("transport", "database", RabbitMq());

    static readonly Absence TypeScriptClient = new("typescriptClient", "false", TypeScript(), ".config/golden-templates.json");

    static readonly TemplateRules WebApi = new(IsContradictory,
    [
        OtherDatabase,
        TypeScriptClient,
        new("auth", "none", Tokens(), Secrets, "docs/contract.md"),
        // The kit knows the header that makes a call unique in any contract.
        // Unicode has currencies, too.
        new("sample", "false", Orders(), Secrets, "Testing/Contract/ContractCalls.cs", "Contract/ContractPattern.cs"),
    ]);

    static readonly TemplateRules Worker = new(IsContradictory, [OtherDatabase, TypeScriptClient, Broker, new("sample", "false", Shipments(), Secrets)]);

    static readonly TemplateRules System = new(_ => false, [OtherDatabase, Broker]);

    /// <summary>A template that refuses a combination says so here.</summary>
    public static TemplateRules Of(string template) => template switch
    {
        "webapi-golden" => WebApi,
        "worker-golden" => Worker,
        "golden" => System,
        _ => throw new ArgumentException($"Say in {nameof(TemplateRules)} what the template {template} refuses, or that it refuses nothing.", nameof(template)),
    };

    /// <summary>Whether nothing and something is to be deployed.</summary>
    static bool IsContradictory(IReadOnlyDictionary<string, string> options) =>
        OptionCombinations.IsContradictory(options.GetValueOrDefault("deploy"));

    [GeneratedRegex("sqlite", RegexOptions.IgnoreCase)]
    private static partial Regex Sqlite();

    [GeneratedRegex("rabbit", RegexOptions.IgnoreCase)]
    private static partial Regex RabbitMq();

    [GeneratedRegex("typescript", RegexOptions.IgnoreCase)]
    private static partial Regex TypeScript();

    [GeneratedRegex(@"\bJWT\b|Jwt|[Bb]earer|orders:(read|write)")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"orders|order(?:id|line|draft|entity|rules|status|page)|idempotency|customer|\bcurrency", RegexOptions.IgnoreCase)]
    private static partial Regex Orders();

    [GeneratedRegex(@"shipment|shipping|carrier|polly|order(?:Id|\.placed|s:)|placedOrder", RegexOptions.IgnoreCase)]
    private static partial Regex Shipments();
}

/// <summary>Words that no file has with a value of an option, but for those that end with one of the given paths.</summary>
sealed record Absence(string Option, string Value, Regex Words, params string[] Except)
{
    // The compiler of contracts knows what any contract may say, and is the same in every service.
    const string Compiler = "contract/";

    readonly ConcurrentDictionary<OutputFile, Finding?> _findings = new(ReferenceEqualityComparer.Instance);

    public IEnumerable<Finding> Check(Output output) =>
        output.Options.GetValueOrDefault(Option) == Value ? output.Files.Values.Select(file => _findings.GetOrAdd(file, Check)).OfType<Finding>() : [];

    Finding? Check(OutputFile file)
    {
        if (file.Path.StartsWith(Compiler, StringComparison.Ordinal) || Except.Any(file.Path.EndsWith))
        {
            return null;
        }

        var (path, text) = (Words.Match(file.Path), Words.Match(file.Text));
        return path.Success ? new(file.Path, 0, $"With {Option} {Value} no file is called \"{path.Value}\".")
            : text.Success ? new(file.Path, file.Text.AsSpan(0, text.Index).Count('\n') + 1, $"With {Option} {Value} no file says \"{text.Value}\".")
            : null;
    }
}
