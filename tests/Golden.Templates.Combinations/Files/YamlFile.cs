using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Combinations;

/// <summary>YAML, and the questions that its kinds ask of its nodes.</summary>
static class YamlFile
{
    public static bool Is(OutputFile file) => file.Ends(".yaml", ".yml");

    public static IEnumerable<Finding> Findings(OutputFile file)
    {
        try
        {
            Parse(file);
            return [];
        }
        catch (YamlException problem)
        {
            return [file.Finding((int)problem.Start.Line, $"This is not YAML: {problem.Message}")];
        }
    }

    /// <summary>The documents; none where the file is not YAML, which is a finding of its own.</summary>
    public static IReadOnlyList<YamlNode> Documents(OutputFile file)
    {
        try
        {
            return Parse(file);
        }
        catch (YamlException)
        {
            return [];
        }
    }

    static List<YamlNode> Parse(OutputFile file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(file.Text));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    extension(YamlNode? node)
    {
        public int Line => (int)(node?.Start.Line ?? 0);

        public string? Text => (node as YamlScalarNode)?.Value;

        public bool IsMapping => node is YamlMappingNode;

        /// <summary>The members of a mapping, with those that it merges.</summary>
        public IEnumerable<(string Key, YamlNode Value, int Line)> Members
        {
            get
            {
                foreach (var (key, value) in node is YamlMappingNode mapping ? mapping.Children.AsEnumerable() : [])
                {
                    if (key.Text == "<<")
                    {
                        foreach (var merged in value.Items.SelectMany(item => item.Members))
                        {
                            yield return merged;
                        }
                    }
                    else
                    {
                        yield return (key.Text ?? "", value, key.Line);
                    }
                }
            }
        }

        /// <summary>The items of a sequence; anything else is the only item, and nothing is none.</summary>
        public IEnumerable<YamlNode> Items => node switch { null => [], YamlSequenceNode sequence => sequence.Children, _ => [node] };

        /// <summary>The names in a list of them, which may be one name, a sequence, or the keys of a mapping.</summary>
        public IEnumerable<(string Name, int Line)> Names => node is YamlMappingNode
            ? node.Members.Select(member => (member.Key, member.Line))
            : node.Items.Where(item => item.Text is not null).Select(item => (item.Text!, item.Line));

        public YamlNode? At(params ReadOnlySpan<string> keys)
        {
            var current = node;
            foreach (var key in keys)
            {
                current = current.Members.FirstOrDefault(member => member.Key == key).Value;
            }

            return current;
        }
    }
}
