using System.Xml;
using System.Xml.Linq;

namespace Golden.Templates.Combinations;

/// <summary>XML; and the paths in solutions and in files of MSBuild.</summary>
static class XmlFile
{
    const string ThisFolder = "$(MSBuildThisFileDirectory)";
    const string ProjectFolder = "$(MSBuildProjectDirectory)";

    static readonly string[] NotPaths = ["$(", "%(", "@(", "://"];

    public static bool Is(OutputFile file) => file.Ends(".slnx", "proj", ".props", ".targets", ".xml", ".config", ".nuspec");

    public static IEnumerable<Finding> Findings(OutputFile file)
    {
        try
        {
            XDocument.Parse(file.Text);
            return [];
        }
        catch (XmlException problem)
        {
            return [file.Finding(problem.LineNumber, $"This is not XML: {problem.Message}")];
        }
    }

    public static IEnumerable<Reference> References(OutputFile file)
    {
        if (Findings(file).Any())
        {
            return [];
        }

        var elements = XDocument.Parse(file.Text, LoadOptions.SetLineInfo).Descendants();
        return file.Ends(".slnx") ? elements.SelectMany(element => SolutionPaths(file, element))
            : file.Ends("proj", ".props", ".targets") ? elements.SelectMany(element => Paths(file, element))
            : [];
    }

    static IEnumerable<Reference> SolutionPaths(OutputFile file, XElement element) =>
        element.Name.LocalName is "Project" or "File" && element.Attribute("Path") is { } path
            ? [file.Reference(Line(element), file.Folder, path.Value)]
            : [];

    static IEnumerable<Reference> Paths(OutputFile file, XElement element)
    {
        var isImport = element.Name.LocalName == "Import" && element.Attribute("Sdk") is null;
        var isTask = element.Name.LocalName == "MSBuild";
        var isItem = element.Parent?.Name.LocalName == "ItemGroup";
        var list = isImport ? element.Attribute("Project")
            : isTask ? element.Attribute("Projects")
            : isItem ? element.Attribute("Include") ?? element.Attribute("Update")
            : null;
        var condition = element.Attribute("Condition")?.Value;
        var mayBeMissing = condition is not null && (condition.Contains("Exists(", StringComparison.OrdinalIgnoreCase) || list?.Value.Contains('*') is true);
        if (list is null || mayBeMissing)
        {
            yield break;
        }

        foreach (var path in list.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // In a file that others import, an item is relative to the project that imports it, whichever that is.
            var isRelativeToTheFile = isImport || file.Ends("proj");
            var relative = path.StartsWith(ThisFolder, StringComparison.OrdinalIgnoreCase) ? path[ThisFolder.Length..]
                : !isRelativeToTheFile ? null
                : path.StartsWith(ProjectFolder, StringComparison.OrdinalIgnoreCase) && file.Ends("proj") ? path[ProjectFolder.Length..]
                : path;
            var isKnownPath = !isItem || IsItemOfPaths(element.Name.LocalName) || path.AsSpan().ContainsAny('/', '\\');
            if (isKnownPath && relative is not null && !NotPaths.Any(relative.Contains))
            {
                yield return file.Reference(Line(element), file.Folder, relative);
            }
        }
    }

    static bool IsItemOfPaths(string name) => name is "ProjectReference" or "Compile" or "Content" or "None" or "EmbeddedResource" or "AdditionalFiles"
        or "UpToDateCheckInput" or "Protobuf" or "Input" or "Contract" or "ContractClient" or "ContractGateway";

    static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;
}
