using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>Paths relative to the solution, with slashes and without one at the end.</summary>
static class SolutionPath
{
    static readonly ConcurrentDictionary<string, Regex> Globs = new(StringComparer.Ordinal);

    /// <summary>Takes "." and ".." out; what leaves the solution begins with "..", and its own folder is empty.</summary>
    public static string Resolve(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in $"{folder}/{path}".Replace('\\', '/').Split('/'))
        {
            if (part is ".." && parts.Count > 0 && parts[^1] is not "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    public static bool Matches(string glob, string path) => Globs.GetOrAdd(glob, Pattern).IsMatch(path);

    /// <summary>What builds and tools make and git does not keep, so that it is named and not there.</summary>
    public static bool IsMadeByTools(string path) =>
        path.Split('/').Any(part => part is "artifacts" or "bin" or "obj" or "dist" or "node_modules" or "secrets" or "TestResults");

    static Regex Pattern(string glob)
    {
        var pattern = new StringBuilder("^");
        for (var index = 0; index < glob.Length; index++)
        {
            var rest = glob.AsSpan(index);
            if (rest.StartsWith("**"))
            {
                var isFolders = rest.StartsWith("**/");
                pattern.Append(isFolders ? "(?:.*/)?" : ".*");
                index += isFolders ? 2 : 1;
            }
            else
            {
                pattern.Append(glob[index] switch { '*' => "[^/]*", '?' => "[^/]", var plain => Regex.Escape(plain.ToString()) });
            }
        }

        return new(pattern.Append('$').ToString(), RegexOptions.CultureInvariant);
    }
}
