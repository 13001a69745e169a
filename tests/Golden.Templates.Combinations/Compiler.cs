using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Golden.Templates.Combinations;

/// <summary>
/// Compiles outputs in process, with the arguments that MSBuild makes of their own project files. A project is compiled once for each
/// distinct set of its sources, arguments and references; a file is analysed once in each project, in the first of these compilations. A set
/// that lacks files of another one, which nothing in it could miss, compiles as that one does.
/// </summary>
sealed partial class Compiler(Evaluations evaluations)
{
    const string ReferenceTo = "/reference:";

    // What the calls of a README do not declare.
    static readonly (string Type, string Name)[] LeftToTheReader = [("string", "token"), ("OrderDraft", "draft"), ("OrderDraft", "changed")];

    readonly ConcurrentDictionary<string, Lazy<CompiledProject>> _compiled = new();
    readonly ConcurrentDictionary<string, List<(HashSet<OutputFile> Sources, Lazy<CompiledProject> Compiled)>> _larger = new();
    readonly ConcurrentDictionary<OutputFile, SourceNames> _names = new(ReferenceEqualityComparer.Instance);
    readonly ConcurrentDictionary<string, Lazy<Arguments>> _arguments = new();
    readonly ConcurrentDictionary<(OutputFile File, CSharpParseOptions Options), SyntaxTree> _trees = new();
    readonly ConcurrentDictionary<(string Project, SyntaxTree File), bool> _analysed = new();
    readonly ConcurrentDictionary<string, PortableExecutableReference> _references = new();
    readonly ConcurrentDictionary<string, AnalyzerFileReference> _analyzers = new();

    /// <summary>How many compilations were really run.</summary>
    public int Compilations => _compiled.Count;

    /// <summary>Every error and warning of the compiler, the analyzers and the formatter in the projects of the output.</summary>
    /// <param name="analyse">Without it, what the compiler alone says of the projects.</param>
    public IReadOnlyList<Finding> Compile(Output output, bool analyse = true)
    {
        var evaluation = evaluations[output];
        if (evaluation.Errors.Count > 0)
        {
            return [.. evaluation.Errors.Select(error => new Finding(error[..error.IndexOf(':')], 0, error[(error.IndexOf(':') + 2)..]))];
        }

        var findings = new List<Finding>();
        var built = new Dictionary<string, CompiledProject>();
        foreach (var project in InOrder(evaluation.Projects))
        {
            var compiled = Compile(output, project, built, analyse);
            built[project.AssemblyName] = compiled;
            findings.AddRange(compiled.Findings);
            if (compiled.Reference is null)
            {
                // What refers to it would only repeat its errors.
                return findings;
            }
        }

        // They are in a project of the reader's, whose name is not that of the service.
        return analyse ? [.. findings, .. CompileCalls(output.Files["README.md"], evaluation.Projects, built)] : findings;
    }

    /// <summary>The README's calls in C#, as a program of their own that refers to the client. What they leave to the reader is declared beside them.</summary>
    List<Finding> CompileCalls(OutputFile readme, IReadOnlyList<ProjectArguments> projects, Dictionary<string, CompiledProject> built)
    {
        if (Calls().Match(readme.Text) is not { Success: true, Groups: var calls })
        {
            return [];
        }

        var (text, line) = (calls["text"].Value, readme.Text.AsSpan(0, calls["text"].Index).Count('\n') + 1);
        if (projects.FirstOrDefault(project => text.Contains($"using {project.AssemblyName};\n", StringComparison.Ordinal)) is not { } client)
        {
            return [new(readme.Path, line, "The calls in C# name no client.")];
        }

        var declared = LeftToTheReader.Where(left => Regex.IsMatch(text, $@"\b{left.Name}\b")).Select(left => $"public static {left.Type} {left.Name} = null!;");
        var declarations = $$"""
            global using System;
            global using System.Net.Http;
            global using static Reader;
            using {{client.AssemblyName}};
            static class Reader { {{string.Join(' ', declared)}} }
            """;
        var compilation = CSharpCompilation.Create(
            "Calls",
            [CSharpSyntaxTree.ParseText(text), CSharpSyntaxTree.ParseText(declarations)],
            [.. Packages(client.Arguments.Where(argument => argument.StartsWith(ReferenceTo, StringComparison.Ordinal)).Select(argument => argument[ReferenceTo.Length..])), built[client.AssemblyName].Reference!],
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. compilation.GetDiagnostics().Where(IsWrong)
                .Select(diagnostic => new Finding(readme.Path, line + diagnostic.Location.GetLineSpan().StartLinePosition.Line, $"{diagnostic.Id}: {diagnostic.GetMessage()}")),
        ];
    }

    IEnumerable<PortableExecutableReference> Packages(IEnumerable<string> references) =>
        references.Where(path => !path.StartsWith(Evaluations.Root, StringComparison.Ordinal)).Select(path => _references.GetOrAdd(path, path => MetadataReference.CreateFromFile(path)));

    static IEnumerable<ProjectArguments> InOrder(IReadOnlyList<ProjectArguments> projects)
    {
        var rest = projects.ToList();
        while (rest.Count > 0)
        {
            var next = rest.First(project => !rest.Any(other => other != project && RefersTo(project, other)));
            rest.Remove(next);
            yield return next;
        }
    }

    static bool RefersTo(ProjectArguments project, ProjectArguments other) =>
        project.Arguments.Any(argument => argument.StartsWith(ReferenceTo + Evaluations.Root, StringComparison.Ordinal) && argument.EndsWith($"/{other.AssemblyName}.dll", StringComparison.Ordinal));

    CompiledProject Compile(Output output, ProjectArguments project, Dictionary<string, CompiledProject> built, bool analyse)
    {
        var sources = Sources(output, project);
        var settings = output.Files.GetValueOrDefault(".editorconfig");
        var argumentsKey = Hash([project.Path, .. project.Arguments, .. project.Added.Values, settings?.Text ?? ""]);
        var references = project.Arguments
            .Where(argument => argument.StartsWith(ReferenceTo + Evaluations.Root, StringComparison.Ordinal))
            .Select(argument => built[Path.GetFileNameWithoutExtension(argument)]).ToList();
        var kind = Hash([argumentsKey, analyse ? "analysed" : "", .. references.Select(reference => reference.Hash)]);
        var key = Hash([kind, .. sources.SelectMany(source => new[] { source.Path, source.Text })]);
        if (!_compiled.ContainsKey(key) && Larger(kind, sources) is { Findings: [] } larger)
        {
            return larger;
        }

        var compiled = _compiled.GetOrAdd(key, _ => new(() =>
        {
            var arguments = _arguments.GetOrAdd(argumentsKey, _ => new(() => Parse(project, settings))).Value;
            return Compile(project, arguments, sources, references, analyse);
        }));
        var others = _larger.GetOrAdd(kind, _ => []);
        lock (others)
        {
            others.Add((new(sources, ReferenceEqualityComparer.Instance), compiled));
        }

        return compiled.Value;
    }

    /// <summary>What came of the same sources and some more, none of which these could miss; null where there was no such set.</summary>
    CompiledProject? Larger(string kind, List<OutputFile> sources)
    {
        if (!_larger.TryGetValue(kind, out var others))
        {
            return null;
        }

        Lazy<CompiledProject>? larger;
        lock (others)
        {
            larger = others.Where(other => other.Sources.Count > sources.Count && sources.All(other.Sources.Contains))
                .FirstOrDefault(other => AreNotMissed([.. other.Sources.Except(sources)], sources)).Compiled;
        }

        return larger?.Value;
    }

    /// <summary>Whether no file says a name that only the left ones declare. What may work without being named is taken to be missed.</summary>
    bool AreNotMissed(List<OutputFile> left, List<OutputFile> sources)
    {
        var rest = sources.Select(Names).ToList();
        var missing = left.Select(Names).ToList();
        return missing.All(names => names.AreEnough)
            && !missing.SelectMany(names => names.Declared).Except(rest.SelectMany(names => names.Namespaces)).Any(name => rest.Exists(names => names.Used.Contains(name)));
    }

    SourceNames Names(OutputFile source) => _names.GetOrAdd(source, file => SourceNames.Of(CSharpSyntaxTree.ParseText(file.Text).GetCompilationUnitRoot()));

    static List<OutputFile> Sources(Output output, ProjectArguments project)
    {
        if (project.Path.EndsWith(".cs.csproj", StringComparison.Ordinal))
        {
            return [output.Files[project.Path[..^".csproj".Length]]];
        }

        return
        [
            .. output.Files.Values.Where(file =>
                file.Path.StartsWith(project.Folder, StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal) && !FileProgram.Is(file)),
        ];
    }

    Arguments Parse(ProjectArguments project, OutputFile? settings)
    {
        var parsed = CSharpCommandLineParser.Default.Parse(project.Arguments, Evaluations.Root + project.Folder, sdkDirectory: null);
        var configs = parsed.AnalyzerConfigPaths.Select(path => Microsoft.CodeAnalysis.AnalyzerConfig.Parse(SourceText.From(Text(path)), path)).ToList();
        var config = AnalyzerConfigSet.Create(configs);
        var raised = parsed.AnalyzerConfigPaths.SelectMany(path => Raised().Matches(Text(path)).Select(match => match.Groups[1].Value))
            .Concat(parsed.CompilationOptions.SpecificDiagnosticOptions.Where(option => option.Value is ReportDiagnostic.Warn or ReportDiagnostic.Error).Select(option => option.Key))
            .Append(Severities.Formatting).ToHashSet();
        var analyzers = parsed.AnalyzerReferences
            .Where(reference => !Path.GetFileName(reference.FilePath).Contains("Razor", StringComparison.Ordinal)) // Slow to load, and there are no pages.
            .Select(reference => _analyzers.GetOrAdd(reference.FilePath, path => new(path, AnalyzerLoader.Instance))).ToList();
        return new(
            parsed,
            parsed.CompilationOptions.WithSyntaxTreeOptionsProvider(new Severities(config)),
            [.. project.Added.Where(file => file.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(file => Tree(file.Key, file.Value, parsed.ParseOptions))],
            new Settings(config),
            [.. analyzers.SelectMany(reference => reference.GetGenerators(LanguageNames.CSharp))],
            [.. analyzers.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp)).Where(analyzer => analyzer.SupportedDiagnostics.Any(MayWarn))]);

        // As for the compiler itself: what could only hint is not asked. Options of style have severities of their own.
        bool MayWarn(DiagnosticDescriptor diagnostic) =>
            raised.Contains(diagnostic.Id) || diagnostic.CustomTags.Contains("CustomSeverityConfigurable") || (diagnostic.IsEnabledByDefault && diagnostic.DefaultSeverity >= DiagnosticSeverity.Warning);

        string Text(string path)
        {
            var relative = path.StartsWith(Evaluations.Root, StringComparison.Ordinal) ? path[Evaluations.Root.Length..] : path;
            return relative == ".editorconfig" && settings is not null ? settings.Text : project.Added.TryGetValue(relative, out var added) ? added : File.ReadAllText(path);
        }
    }

    CompiledProject Compile(ProjectArguments project, Arguments arguments, List<OutputFile> sources, List<CompiledProject> references, bool analyse)
    {
        var trees = sources.Select(source => _trees.GetOrAdd((source, arguments.Parsed.ParseOptions), key => Tree(key.File.Path, key.File.Text, key.Options))).ToList();
        var packages = Packages(arguments.Parsed.MetadataReferences.Select(reference => reference.Reference));
        Compilation compilation = CSharpCompilation.Create(
            project.AssemblyName, arguments.Added.Concat(trees), [.. packages, .. references.Select(reference => reference.Reference!)], arguments.Options);

        CSharpGeneratorDriver.Create(arguments.Generators, [], arguments.Parsed.ParseOptions, arguments.Settings)
            .RunGeneratorsAndUpdateCompilation(compilation, out compilation, out var complaints);
        var diagnostics = complaints.Concat(compilation.GetDiagnostics()).Where(IsWrong).ToList();
        if (analyse && diagnostics.Count == 0)
        {
            diagnostics.AddRange(Analyse(project, compilation, arguments, trees));
        }

        using var image = new MemoryStream();
        var emitted = compilation.Emit(image, options: new(metadataOnly: true, includePrivateMembers: false));
        return emitted.Success
            ? new(MetadataReference.CreateFromImage(image.ToArray()), Convert.ToHexString(SHA256.HashData(image.ToArray())), [.. diagnostics.Select(ToFinding)])
            : new(null, "", [.. diagnostics.Select(ToFinding)]);
    }

    List<Diagnostic> Analyse(ProjectArguments project, Compilation compilation, Arguments arguments, List<SyntaxTree> trees)
    {
        var fresh = trees.Where(tree => _analysed.TryAdd((project.Path, tree), true)).ToList();
        if (fresh.Count == 0)
        {
            return [];
        }

        var analysis = compilation.WithAnalyzers(arguments.Analyzers, new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], arguments.Settings), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        // All at once is four times as fast as one by one.
        return fresh.Count > trees.Count / 4
            ? [.. analysis.GetAnalyzerDiagnosticsAsync(default).GetAwaiter().GetResult().Where(IsWrong)]
            : [.. fresh.SelectMany(tree => AnalyseAsync(tree).GetAwaiter().GetResult())];

        async Task<IEnumerable<Diagnostic>> AnalyseAsync(SyntaxTree tree)
        {
            var syntax = await analysis.GetAnalyzerSyntaxDiagnosticsAsync(tree, default);
            var semantic = await analysis.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, default);
            return syntax.Concat(semantic).Where(IsWrong);
        }
    }

    static bool IsWrong(Diagnostic diagnostic) => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed;

    static Finding ToFinding(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        var file = place.Path ?? "";
        return new(file.StartsWith(Evaluations.Root, StringComparison.Ordinal) ? file[Evaluations.Root.Length..] : file, place.StartLinePosition.Line + 1, $"{diagnostic.Id}: {diagnostic.GetMessage()}");
    }

    static SyntaxTree Tree(string path, string text, CSharpParseOptions options) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), options, Evaluations.Root + path);

    static string Hash(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
            hash.AppendData([0, 0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    [GeneratedRegex("^```csharp\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Calls();

    [GeneratedRegex(@"dotnet_diagnostic\.(\w+)\.severity\s*=\s*(?:warning|error)")]
    private static partial Regex Raised();

    /// <param name="Declared">Types and parts of namespaces.</param>
    /// <param name="Used">Everything that is named anywhere.</param>
    /// <param name="AreEnough">Whether the file changes another one only by what it declares: it has no extension, nothing for the assembly or for all files.</param>
    sealed record SourceNames(IReadOnlySet<string> Declared, IReadOnlySet<string> Namespaces, IReadOnlySet<string> Used, bool AreEnough)
    {
        public static SourceNames Of(CompilationUnitSyntax file)
        {
            var nodes = file.DescendantNodes().ToList();
            var namespaces = nodes.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(space => space.Name.ToString().Split('.')).ToHashSet();
            var types = nodes.OfType<MemberDeclarationSyntax>().Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax).ToList();
            return new(
                types.Select(type => type is BaseTypeDeclarationSyntax declared ? declared.Identifier.ValueText : ((DelegateDeclarationSyntax)type).Identifier.ValueText).Concat(namespaces).ToHashSet(),
                namespaces,
                file.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText).ToHashSet(),
                file.AttributeLists.Count == 0
                    && !nodes.Exists(node => node is GlobalStatementSyntax or ExtensionBlockDeclarationSyntax
                        || (node is UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0 })
                        || (node is ParameterSyntax parameter && parameter.Modifiers.Any(SyntaxKind.ThisKeyword))));
        }
    }

    /// <param name="Reference">What others compile against; null where the project has errors.</param>
    sealed record CompiledProject(MetadataReference? Reference, string Hash, IReadOnlyList<Finding> Findings);

    sealed record Arguments(
        CSharpCommandLineArguments Parsed,
        CSharpCompilationOptions Options,
        IReadOnlyList<SyntaxTree> Added,
        AnalyzerConfigOptionsProvider Settings,
        ImmutableArray<ISourceGenerator> Generators,
        ImmutableArray<DiagnosticAnalyzer> Analyzers);

    /// <summary>The severities of .editorconfig; and a badly formatted line is a warning, as it is to `dotnet format`.</summary>
    sealed class Severities(AnalyzerConfigSet config) : SyntaxTreeOptionsProvider
    {
        public const string Formatting = "IDE0055";

        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) =>
            config.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions.TryGetValue("generated_code", out var value) && value == "true"
                ? GeneratedKind.MarkedGenerated
                : GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            severity = ReportDiagnostic.Warn;
            return diagnosticId == Formatting || config.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);
        }

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            severity = ReportDiagnostic.Warn;
            return diagnosticId == Formatting || config.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
        }
    }

    sealed class Settings(AnalyzerConfigSet config) : AnalyzerConfigOptionsProvider
    {
        readonly ConcurrentDictionary<string, AnalyzerConfigOptions> _byPath = new();

        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(config.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Of(tree.FilePath);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => Of(textFile.Path);

        AnalyzerConfigOptions Of(string path) => _byPath.GetOrAdd(path, path => new Values(config.GetOptionsForSourcePath(path).AnalyzerOptions));

        sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override IEnumerable<string> Keys => values.Keys;

            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }

    /// <summary>Loads analyzers with what lies beside them.</summary>
    sealed class AnalyzerLoader : IAnalyzerAssemblyLoader
    {
        public static readonly AnalyzerLoader Instance = new();

        readonly ConcurrentDictionary<string, string> _byName = new(StringComparer.OrdinalIgnoreCase);

        AnalyzerLoader() => AssemblyLoadContext.Default.Resolving += (context, name) =>
            _byName.TryGetValue(name.Name!, out var path) ? context.LoadFromAssemblyPath(path) : null;

        public void AddDependencyLocation(string fullPath) => _byName.TryAdd(Path.GetFileNameWithoutExtension(fullPath), fullPath);

        public Assembly LoadFromPath(string fullPath)
        {
            foreach (var neighbour in Directory.EnumerateFiles(Path.GetDirectoryName(fullPath)!, "*.dll"))
            {
                AddDependencyLocation(neighbour);
            }

            return AssemblyLoadContext.Default.LoadFromAssemblyPath(fullPath);
        }
    }
}
