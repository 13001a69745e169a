using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Golden.Templates.Tests;
using Microsoft.TemplateEngine.Utils;

namespace Golden.Templates.Combinations;

/// <summary>What template.json and its host files say, checked against each other and against the files of the template.</summary>
/// <remarks>The engine takes a symbol that is not declared for false, a file that is not there for nothing, and says nothing.</remarks>
sealed partial class TemplateConfig
{
    /// <summary>No tool handles this action, so `dotnet new` ends with its sentence and a failure: how the templates refuse what cannot work.</summary>
    public static readonly Guid RefusalAction = new("8E3B8C1F-5F0B-4B0C-9C41-6D4C4A2E7F10");

    public const string Folder = ".template.config/";
    public const string File = Folder + "template.json";

    static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    static readonly string[] BuiltIn = ["name", "HostIdentifier", "OS", "true", "false"];

    // Properties whose value names a symbol.
    static readonly string[] SymbolNames = ["valueSource", "source", "sourceVariableName", "fallbackVariableName", "defaultValueFrom"];

    readonly TemplateFolder _template;
    readonly JsonObject _config;
    readonly JsonObject _symbols;
    readonly IReadOnlyList<Source> _sources;
    readonly List<Finding> _findings = [];
    readonly HashSet<string> _used = [];

    TemplateConfig(TemplateFolder template)
    {
        _template = template;
        _config = Parse(File) ?? [];
        _symbols = _config["symbols"] as JsonObject ?? [];
        _sources = [.. (_config["sources"] as JsonArray ?? [new JsonObject()]).OfType<JsonObject>().Select(source => new Source(source))];
    }

    public static async Task<IReadOnlyList<Finding>> CheckAsync(TemplateFolder template)
    {
        var config = new TemplateConfig(template);
        config.CheckNames(config._config);
        config.CheckSources();
        config.CheckDirectives();
        config.CheckSymbols();
        config.CheckHostFiles();
        config.CheckForms();
        config.CheckRenames();
        await config.CheckGlobsAsync();
        return config._findings;
    }

    /// <summary>Symbols that stand in the conditions of post actions and nowhere else.</summary>
    public static IReadOnlySet<string> ReadByPostActionsOnly(TemplateFolder template)
    {
        var all = new TemplateConfig(template);
        all.CheckNames(all._config["postActions"]);
        var rest = new TemplateConfig(template);
        rest._config.Remove("postActions");
        rest.CheckNames(rest._config);
        rest.CheckDirectives();
        return all._used.Where(symbol => !rest._used.Contains(symbol) && rest._symbols[symbol]?["replaces"] is null).ToHashSet();
    }

    JsonObject? Parse(string path)
    {
        if (!_template.Files.ContainsKey(path))
        {
            _findings.Add(new(path, 0, "This file is missing."));
            return null;
        }

        try
        {
            return JsonNode.Parse(_template.Text(path), documentOptions: Json) as JsonObject;
        }
        catch (JsonException problem)
        {
            _findings.Add(new(path, (int)(problem.LineNumber ?? -1) + 1, problem.Message));
            return null;
        }
    }

    void Report(string message) => _findings.Add(new(File, 0, message));

    /// <summary>Conditions and other places of template.json that name symbols.</summary>
    void CheckNames(JsonNode? place)
    {
        switch (place)
        {
            case JsonObject node:
                foreach (var (key, value) in node)
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var content))
                    {
                        if (key is "condition" or "isEnabled" or "isRequired" || (key == "value" && IsComputed(node)))
                        {
                            CheckCondition(content, key, File, 0);
                        }
                        else if (SymbolNames.Contains(key) && !_sources.Any(source => source.Node == node))
                        {
                            Use(content, key, File, 0);
                        }
                    }

                    CheckNames(value);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    CheckNames(item);
                }

                break;
        }
    }

    // A case of a switch has a condition for its value, unless it stands for a text.
    static bool IsComputed(JsonObject symbol) =>
        (string?)symbol["type"] == "computed"
        || symbol.Parent is JsonArray { Parent: JsonObject parameters } && parameters.ContainsKey("cases") && (string?)parameters.Parent?["datatype"] != "string";

    /// <summary>A file that a source takes: all but the settings of the template, and of these the folders of further sources.</summary>
    bool IsContent(string path) =>
        !path.StartsWith(Folder, StringComparison.Ordinal) || _sources.Any(source => source.IsInSettings && path.StartsWith(source.From, StringComparison.Ordinal));

    /// <summary>
    /// A source in a folder of the settings is a variant: whole files, each in the place of one that is left out where the source counts.
    /// Code may come in addition: the compiler sees whether it fits, while any other file would just lie there.
    /// </summary>
    void CheckSources()
    {
        foreach (var folder in _sources.Select(source => source.From).Where(folder => !_template.Files.Keys.Any(path => path.StartsWith(folder, StringComparison.Ordinal))))
        {
            Report($"The source {folder} has no file.");
        }

        foreach (var path in _template.Files.Keys.Where(path => path.StartsWith(Folder, StringComparison.Ordinal) && path.IndexOf('/', Folder.Length) >= 0))
        {
            var variants = _sources.Where(source => source.IsInSettings && path.StartsWith(source.From, StringComparison.Ordinal)).ToList();
            if (variants.Count == 0 && !path.StartsWith(Folder + "localize/", StringComparison.Ordinal))
            {
                _findings.Add(new(path, 0, "No source of template.json takes this file, so that nothing ever writes it."));
            }

            foreach (var target in variants.Select(variant => variant.Target(path)).Where(target => !target.EndsWith(".cs", StringComparison.Ordinal) && !Targets(_sources.Where(source => !source.IsInSettings)).Contains(target)))
            {
                _findings.Add(new(path, 0, $"This stands for {target}, which no other source has."));
            }
        }
    }

    /// <summary>The paths that sources may write, before any rename.</summary>
    HashSet<string> Targets(IEnumerable<Source> sources) =>
        [.. sources.SelectMany(source => _template.Files.Keys.Where(path => IsContent(path) && path.StartsWith(source.From, StringComparison.Ordinal)).Select(source.Target))];

    /// <summary>Conditions in the files.</summary>
    void CheckDirectives()
    {
        foreach (var path in _template.Files.Keys.Where(IsContent))
        {
            var text = _template.Text(path);
            if (!text.Contains("#if", StringComparison.Ordinal) && !text.Contains("#e", StringComparison.Ordinal))
            {
                continue;
            }

            var lines = text.Split('\n');
            var open = new Stack<int>();
            for (var number = 1; number <= lines.Length; number++)
            {
                var line = lines[number - 1].Trim();
                if (!line.Contains('#'))
                {
                    continue;
                }

                if (Directive().Match(line) is { Success: true } directive)
                {
                    CheckDirective(path, number, directive.Groups["word"].Value, directive.Groups["condition"].Value, open);
                }

                if (Comment().Match(line) is { Success: true } comment && comment.Value != line)
                {
                    _findings.Add(new(path, number, $"The directive {comment.Value} shares its line with text, which the engine would drop."));
                }
            }

            _findings.AddRange(open.Select(number => new Finding(path, number, "This #if is without its #endif: the engine drops the rest of the file.")));
        }
    }

    void CheckDirective(string path, int number, string word, string condition, Stack<int> open)
    {
        // What the language itself knows, DEBUG or NET10_0, is in capitals.
        if (word is "if" or "elseif" && !Capitals().IsMatch(condition))
        {
            CheckCondition(condition, $"#{word}", path, number);
        }

        if (word == "if")
        {
            open.Push(number);
        }
        else if (open.Count == 0)
        {
            _findings.Add(new(path, number, $"This #{word} is without its #if."));
        }
        else if (word == "endif")
        {
            open.Pop();
        }
    }

    void CheckCondition(string condition, string what, string file, int line)
    {
        foreach (Match comparison in Comparison().Matches(condition))
        {
            var (symbol, value) = (comparison.Groups[1].Value, comparison.Groups[2].Value);
            if (_symbols[symbol]?["choices"] is JsonArray choices && value.Length > 0 && !choices.Any(choice => (string?)choice?["choice"] == value))
            {
                _findings.Add(new(file, line, $"{what} compares {symbol} with \"{value}\", which is not one of its choices."));
            }
        }

        foreach (Match name in Identifier().Matches(Literal().Replace(condition, "")))
        {
            Use(name.Value, what, file, line);
        }
    }

    void Use(string symbol, string what, string file, int line)
    {
        if (_symbols.ContainsKey(symbol))
        {
            _used.Add(symbol);
        }
        else if (!BuiltIn.Contains(symbol))
        {
            _findings.Add(new(file, line, $"{what} names the symbol {symbol}, which template.json does not declare: the engine takes it for false."));
        }
    }

    void CheckSymbols()
    {
        foreach (var (name, symbol) in _symbols)
        {
            var replaces = (string?)symbol?["replaces"];
            var renames = (string?)symbol?["fileRename"];
            if (replaces is null && renames is null && !_used.Contains(name))
            {
                Report($"The symbol {name} is never used.");
            }

            var content = _template.Files.Keys.Where(IsContent).ToList();
            if (replaces is not null && !content.Any(path => _template.Text(path).Contains(replaces, StringComparison.Ordinal)))
            {
                Report($"The symbol {name} replaces \"{replaces}\", which no file has.");
            }

            if (renames is not null && !content.Any(path => path.Contains(renames, StringComparison.Ordinal)))
            {
                Report($"The symbol {name} renames \"{renames}\", which no path has.");
            }

            if ((string?)symbol?["type"] == "parameter")
            {
                CheckDescribed(name, symbol);
            }
        }

        CheckPorts();
    }

    /// <summary>A free port that is one of those in the files of the template would look like one that was not replaced; and two services need two ports.</summary>
    void CheckPorts()
    {
        var replaced = _symbols.Select(symbol => (string?)symbol.Value?["replaces"]).Where(text => int.TryParse(text, out _)).Select(text => int.Parse(text!, CultureInfo.InvariantCulture)).ToList();
        var free = _symbols.Where(symbol => (string?)symbol.Value?["generator"] == "port")
            .Select(symbol => (Name: symbol.Key, Low: (int)symbol.Value!["parameters"]!["low"]!, High: (int)symbol.Value["parameters"]!["high"]!))
            .ToList();
        foreach (var (name, low, high) in free)
        {
            foreach (var port in replaced.Where(port => port >= low && port <= high))
            {
                Report($"{name} can be {port}, which the files of the template have for a port to be replaced.");
            }

            foreach (var other in free.Where(other => other.Low > low && other.Low <= high || other.Low == low && string.CompareOrdinal(other.Name, name) > 0))
            {
                Report($"{name} and {other.Name} can be the same port.");
            }
        }
    }

    void CheckDescribed(string name, JsonNode symbol)
    {
        var choices = symbol["choices"] as JsonArray ?? [];
        if (string.IsNullOrWhiteSpace((string?)symbol["description"]) || choices.Any(choice => string.IsNullOrWhiteSpace((string?)choice?["description"])))
        {
            Report($"The option {name} or one of its choices has no description, which `dotnet new --help` would show.");
        }

        foreach (var value in ((string?)symbol["defaultValue"] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (choices.Count > 0 && !choices.Any(choice => (string?)choice?["choice"] == value))
            {
                Report($"The default of {name}, \"{value}\", is not one of its choices.");
            }
        }
    }

    void CheckHostFiles()
    {
        CheckHostFile("dotnetcli.host.json", (Parse(Folder + "dotnetcli.host.json")?["symbolInfo"] as JsonObject)?.Select(symbol => symbol.Key));
        CheckHostFile("ide.host.json", (Parse(Folder + "ide.host.json")?["symbolInfo"] as JsonArray)?.Select(symbol => (string?)symbol?["id"] ?? ""));

        void CheckHostFile(string file, IEnumerable<string>? names)
        {
            foreach (var name in names?.Where(name => (string?)_symbols[name]?["type"] != "parameter") ?? [])
            {
                _findings.Add(new(Folder + file, 0, $"{name} is not an option of template.json."));
            }
        }
    }

    void CheckForms()
    {
        var forms = _config["forms"] as JsonObject ?? [];
        var used = _symbols.Select(symbol => (string?)symbol.Value?["valueTransform"])
            .Concat(forms.SelectMany(form => form.Value?["steps"] as JsonArray ?? []).Select(step => (string?)step))
            .Concat(_symbols.SelectMany(symbol => symbol.Value?["forms"]?["global"] as JsonArray ?? []).Select(form => (string?)form))
            .OfType<string>().ToHashSet();
        foreach (var form in used.Where(form => !forms.ContainsKey(form)))
        {
            Report($"The form {form} is not declared in `forms`.");
        }

        foreach (var (form, _) in forms.Where(form => !used.Contains(form.Key)))
        {
            Report($"The form {form} is never used.");
        }
    }

    void CheckRenames()
    {
        var outputs = (_config["primaryOutputs"] as JsonArray ?? []).Select(output => (string?)output?["path"]).OfType<string>();
        foreach (var output in outputs.Where(output => !Targets(_sources).Contains(output)))
        {
            Report($"The primary output {output} is not a file of the template.");
        }
    }

    /// <summary>A glob matches a file of the template; one that excludes may also be a guard against what git ignores, such as bin/.</summary>
    async Task CheckGlobsAsync()
    {
        foreach (var source in _sources)
        {
            var paths = _template.Files.Keys.Where(path => path.StartsWith(source.From, StringComparison.Ordinal)).Select(path => path[source.From.Length..]).ToList();
            foreach (var part in (source.Node["modifiers"] as JsonArray ?? []).OfType<JsonObject>().Append(source.Node))
            {
                foreach (var kind in (string[])["include", "exclude", "copyOnly"])
                {
                    foreach (var glob in (part[kind] as JsonArray ?? []).Select(glob => (string)glob!))
                    {
                        var matcher = Glob.Parse(glob);
                        if (!paths.Any(matcher.IsMatch) && (kind != "exclude" || !await Ignored.IsAsync(_template.Folder + source.From, glob)))
                        {
                            Report($"The glob \"{glob}\" in {kind} matches no file of {source}{(kind == "exclude" ? ", nor anything that git ignores" : "")}.");
                        }
                    }
                }

                foreach (var (from, _) in part["rename"] as JsonObject ?? [])
                {
                    if (!paths.Any(path => path.Contains(from, StringComparison.Ordinal)))
                    {
                        Report($"The rename of \"{from}\" matches no file of {source}.");
                    }
                }
            }
        }
    }

    /// <summary>A member of `sources`.</summary>
    sealed class Source(JsonObject node)
    {
        public JsonObject Node => node;

        /// <summary>The folder that it takes files from, relative to the template; empty, or with a slash at its end.</summary>
        public string From { get; } = Normalized(node["source"]);

        public bool IsInSettings => From.StartsWith(Folder, StringComparison.Ordinal) && From.Length > Folder.Length;

        public string Target(string path) => Normalized(node["target"]) + path[From.Length..];

        public override string ToString() => From.Length == 0 ? "the template" : $"the source {From}";

        static string Normalized(JsonNode? folder) => ((string?)folder ?? "") is ['.', '.', '/', .. var beside]
            ? "../" + Normalized(beside)
            : SolutionPath.Resolve("", (string?)folder ?? "") is { Length: > 0 } path ? path + "/" : "";
    }

    /// <summary>Asks git, once for each glob, whether it ignores what the glob matches in a folder of the checkout.</summary>
    static class Ignored
    {
        static readonly System.Collections.Concurrent.ConcurrentDictionary<(string Folder, string Glob), Task<bool>> Answers = new();

        public static Task<bool> IsAsync(string folder, string glob) => Answers.GetOrAdd((folder, glob), AskAsync);

        static async Task<bool> AskAsync((string Folder, string Glob) place)
        {
            var sample = Set().Replace(place.Glob, "$1").Replace("**", "x", StringComparison.Ordinal).Replace('*', 'x');
            var answer = await CommandLine.RunAsync(CommandLine.StartInfo("git", Repository.Root, ["check-ignore", "--no-index", "-q", place.Folder + sample]));
            return answer.ExitCode == 0;
        }
    }

    [GeneratedRegex(@"^(?:<!--|//(?://)?|--|#)?\s*#(?<word>if|elseif|else|endif)\b\s*(?<condition>.*?)\s*(?:-->)?$")]
    private static partial Regex Directive();

    [GeneratedRegex(@"<!--\s*#(?:if|elseif|else|endif)\b.*?-->")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^[\s()!&|A-Z0-9_]+$")]
    private static partial Regex Capitals();

    [GeneratedRegex("""(\w+)\s*[!=]=\s*["']([^"']*)["']""")]
    private static partial Regex Comparison();

    [GeneratedRegex("""["'][^"']*["']""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\[[^\]]*(.)\]")]
    private static partial Regex Set();
}
