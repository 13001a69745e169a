using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Combinations;

/// <summary>A workflow of GitHub: its jobs, their steps, and what their expressions refer to.</summary>
static partial class Workflow
{
    static readonly string[] Needed = ["on", "jobs"];

    public static bool Is(OutputFile file) => file.Path.StartsWith(".github/workflows/", StringComparison.Ordinal) && YamlFile.Is(file);

    public static IEnumerable<Finding> Findings(OutputFile file) => YamlFile.Documents(file).SelectMany(document => Workflows(file, document));

    static IEnumerable<Finding> Workflows(OutputFile file, YamlNode workflow)
    {
        foreach (var key in Needed.Where(key => workflow.At(key) is null))
        {
            yield return file.Finding(workflow.Line, $"A workflow needs `{key}` at its top.");
        }

        var jobs = workflow.At("jobs").Members.ToList();
        foreach (var (name, job, line) in jobs)
        {
            if (job.At("runs-on") is null && job.At("uses") is null)
            {
                yield return file.Finding(line, $"The job {name} has neither `runs-on` nor `uses`.");
            }

            var needs = job.At("needs").Names.ToList();
            foreach (var need in needs.Where(need => jobs.All(other => other.Key != need.Name)))
            {
                yield return file.Finding(need.Line, $"The job {name} needs {need.Name}, and there is no job of that name.");
            }

            var steps = job.At("steps").Items.ToList();
            foreach (var step in steps.Where(step => step.At("run") is null == step.At("uses") is null))
            {
                yield return file.Finding(step.Line, $"A step of the job {name} must have either `run` or `uses`.");
            }

            var ids = steps.Select(step => step.At("id").Text).ToHashSet();
            foreach (var (scalar, expression) in Expressions(job))
            {
                foreach (var need in Need().Matches(expression).Select(match => match.Value).Where(id => needs.All(need => need.Name != id)))
                {
                    yield return file.Finding(scalar.Line, $"The job {name} reads needs.{need}, and its `needs` does not list {need}.");
                }

                foreach (var id in Step().Matches(expression).Select(match => match.Value).Where(id => !ids.Contains(id)))
                {
                    yield return file.Finding(scalar.Line, $"The job {name} reads steps.{id}, and none of its steps has that id.");
                }
            }
        }
    }

    /// <summary>What stands in ${{ }}, and conditions, which need none.</summary>
    static IEnumerable<(YamlNode Scalar, string Expression)> Expressions(YamlNode node) => node switch
    {
        YamlScalarNode { Value: { } text } => Braces().Matches(text).Select(match => (node, match.Value)),
        YamlSequenceNode sequence => sequence.Children.SelectMany(Expressions),
        _ => node.Members.SelectMany(member => member is { Key: "if", Value.Text: { } text } ? [(member.Value, text)] : Expressions(member.Value)),
    };

    [GeneratedRegex(@"\$\{\{.*?\}\}", RegexOptions.Singleline)]
    private static partial Regex Braces();

    [GeneratedRegex(@"(?<=\bneeds\.)[\w-]+")]
    private static partial Regex Need();

    [GeneratedRegex(@"(?<=\bsteps\.)[\w-]+")]
    private static partial Regex Step();
}
