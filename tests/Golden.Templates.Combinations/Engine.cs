using System.Text;
using Golden.Templates.Tests;
using Microsoft.TemplateEngine.Abstractions;
using Microsoft.TemplateEngine.Abstractions.Constraints;
using Microsoft.TemplateEngine.Abstractions.Parameters;
using Microsoft.TemplateEngine.Edge;
using Microsoft.TemplateEngine.Edge.Settings;
using Microsoft.TemplateEngine.Edge.Template;
using Projects = Microsoft.TemplateEngine.Orchestrator.RunnableProjects;

namespace Golden.Templates.Combinations;

/// <summary>
/// The SDK's template engine with one template, all in memory. Its file system is not thread-safe: one engine serves one caller at a time.
/// </summary>
sealed class Engine : IDisposable
{
    // Of the current drive, on Windows. Nothing is ever there on disk.
    static readonly string Root = Path.GetFullPath("/golden-combinations");
    static readonly string Templates = Path.Combine(Root, "templates");
    static readonly string Template = Path.Combine(Templates, "template");
    static readonly string Work = Path.Combine(Root, "work");

    readonly DefaultTemplateEngineHost _host;
    readonly EngineEnvironmentSettings _settings;
    readonly TemplateCreator _creator;
    ScannedTemplate? _template;

    Engine()
    {
        // The host of the command line, so that its dotnetcli.host.json and `HostIdentifier` count.
        _host = new("dotnetcli", "10.0", [], [.. Components.AllComponents, .. Projects.Components.AllComponents]);
        _host.VirtualizeDirectory(Root);
        _settings = new(_host, virtualizeSettings: true);
        _creator = new(_settings);
    }

    public IReadOnlyList<Option> Options { get; private set; } = [];

    /// <summary>What the engine itself says against template.json.</summary>
    public IReadOnlyList<string> Complaints { get; private set; } = [];

    public static async Task<Engine> StartAsync(TemplateFolder template)
    {
        var engine = new Engine();
        foreach (var (path, content) in template.Files)
        {
            engine.Write(Path.GetFullPath(Path.Combine(Template, path)), content);
        }

        using (var scan = await new Scanner(engine._settings).ScanAsync(Templates, logValidationResults: false, returnInvalidTemplates: true, default))
        {
            engine.Complaints =
            [
                .. scan.Templates.SelectMany(found => found.ValidationErrors)
                    .Where(error => error.Severity >= IValidationEntry.SeverityLevel.Warning).Select(error => $"{error.Code}: {error.ErrorMessage}"),
            ];
            engine._template = scan.Templates is [{ IsValid: true } found] ? new ScannedTemplate(found) : null;
        }

        var aside = TemplateConfig.ReadByPostActionsOnly(template);
        engine.Options = [.. engine.UserParameters().Select(parameter => ToOption(parameter, aside.Contains(parameter.Name)))];
        return engine;
    }

    /// <summary>Does what `dotnet new NAME` does in an empty folder, post actions aside: it writes to a folder of that name.</summary>
    public async Task<Output> GenerateAsync(string name, IReadOnlyDictionary<string, string> options)
    {
        if (_template is null)
        {
            return new(name, options, new Dictionary<string, OutputFile>()) { Error = "The engine finds no template here. " + string.Join(' ', Complaints) };
        }

        var folder = Path.Combine(Work, name);
        var result = await _creator.InstantiateAsync(_template, name, fallbackName: null, folder, options.ToDictionary(option => option.Key, option => (string?)option.Value));
        var files = new SortedDictionary<string, OutputFile>(StringComparer.Ordinal);
        var outside = new List<string>();
        foreach (var file in _host.FileSystem.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            if (file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                var path = file[(folder.Length + 1)..].Replace('\\', '/');
                files.Add(path, OutputFiles.Intern(path, Encoding.UTF8.GetString(_host.FileSystem.ReadAllBytes(file))));
            }
            else if (!file.StartsWith(Templates + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                outside.Add(file);
            }
        }

        if (_host.FileSystem.DirectoryExists(Work))
        {
            _host.FileSystem.DirectoryDelete(Work, recursive: true);
        }

        return new(name, options, files)
        {
            Error = result.Status == CreationResultStatus.Success ? null : $"{result.Status}: {result.ErrorMessage}",
            Refusal = result.CreationResult?.PostActions.FirstOrDefault(action => action.ActionId == TemplateConfig.RefusalAction)?.Description,
            PostActions = [.. result.CreationResult?.PostActions.Select(action => $"{action.ActionId} {action.Description}") ?? []],
            Outside = outside,
            WrittenTwice =
            [
                // As the engine itself plans it: of two sources with one path, the later would win and nothing be said.
                .. result.CreationEffects?.FileChanges.GroupBy(change => SolutionPath.Resolve("", change.TargetRelativePath), StringComparer.OrdinalIgnoreCase)
                    .Where(changes => changes.Count() > 1).Select(changes => changes.Key) ?? [],
            ],
        };
    }

    public void Dispose()
    {
        _settings.Dispose();
        _host.Dispose();
    }

    IEnumerable<ITemplateParameter> UserParameters() =>
        _template?.ParameterDefinitions.Where(parameter => parameter.Precedence.PrecedenceDefinition != PrecedenceDefinition.Implicit) ?? [];

    static Option ToOption(ITemplateParameter parameter, bool isAside) =>
        Option.Of(parameter.Name, parameter.DataType, [.. parameter.Choices?.Keys ?? []], parameter.AllowMultipleValues, isAside);

    void Write(string path, byte[] content)
    {
        _host.FileSystem.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = _host.FileSystem.CreateFile(path);
        stream.Write(content);
    }
}

/// <summary>What the engine scanned, in the form in which it creates: installing it would give the same, with the locks of the machine's settings.</summary>
sealed class ScannedTemplate(IScanTemplateInfo scanned) : ITemplateInfo
{
    public string? Author => scanned.Author;

    public string? Description => scanned.Description;

    public IReadOnlyList<string> Classifications => scanned.Classifications;

    public string? DefaultName => scanned.DefaultName;

    public string Identity => scanned.Identity;

    public Guid GeneratorId => scanned.GeneratorId;

    public string? GroupIdentity => scanned.GroupIdentity;

    public int Precedence => scanned.Precedence;

    public string Name => scanned.Name;

    public IReadOnlyDictionary<string, string> TagsCollection => scanned.TagsCollection;

    public IParameterDefinitionSet ParameterDefinitions => scanned.ParameterDefinitions;

    public string MountPointUri => scanned.MountPointUri;

    public string ConfigPlace => scanned.ConfigPlace;

    public string? LocaleConfigPlace => null;

    public string? HostConfigPlace => null;

    public string? ThirdPartyNotices => scanned.ThirdPartyNotices;

    public IReadOnlyDictionary<string, IBaselineInfo> BaselineInfo => scanned.BaselineInfo;

    public IReadOnlyList<string> ShortNameList => scanned.ShortNameList;

    public IReadOnlyList<Guid> PostActions => scanned.PostActions;

    public IReadOnlyList<TemplateConstraintInfo> Constraints => scanned.Constraints;

    public bool PreferDefaultName => scanned.PreferDefaultName;

    string ITemplateInfo.ShortName => scanned.ShortNameList[0];

#pragma warning disable CS0618 // Of an older engine; nothing calls them, but the interface has them.
    IReadOnlyDictionary<string, ICacheTag> ITemplateInfo.Tags => throw new NotSupportedException();

    IReadOnlyDictionary<string, ICacheParameter> ITemplateInfo.CacheParameters => throw new NotSupportedException();
#pragma warning restore CS0618

    IReadOnlyList<ITemplateParameter> ITemplateInfo.Parameters => ParameterDefinitions;

    bool ITemplateInfo.HasScriptRunningPostActions { get; set; }
}
