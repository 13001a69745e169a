namespace ContractCompiler.Clients;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using ContractCompiler.Model;

/// <summary>What a client in C# sends its requests with, and what its caller receives: the parts of Runtime.txt that its code uses.</summary>
static class CSharpRuntime
{
    private static readonly string[] Readers = ["ReadTextAsync", "ReadStreamAsync", "ReadJsonOrNullAsync", ".ReadAsync, "];

    /// <param name="model">The contract.</param>
    /// <param name="code">The code of the operations and types.</param>
    public static string Write(ContractModel model, string code)
    {
        var ownErrors = Uses(".Error<");
        var ownProblems = Uses(".Problem<");
        var problem = NameOf(model, "Problem") ?? NameOf(model, "ValidationProblem");
        var validationProblem = NameOf(model, "ValidationProblem") ?? problem;
        var parts = new Dictionary<string, bool>
        {
            ["streams"] = Uses("ReadStreamAsync"),
            ["errors"] = ownErrors || ownProblems,
            ["own-errors"] = ownErrors,
            ["own-problems"] = ownProblems,
            ["only-problems"] = problem is not null && !ownErrors && !ownProblems,
            ["problems"] = problem is not null,
            ["upload"] = Uses("Upload"),
            ["optional"] = Uses("Optional<"),
            ["others"] = Uses("OtherMembers."),
            ["unions"] = Uses(": UnionConverter<"),
            ["styles"] = Uses("ApiStyle."),
            ["one-of"] = Uses("IApiBody"),
            ["cookies"] = Uses(".Cookie("),
            ["accept"] = Uses(".Accept("),
            ["optional-body"] = Uses(".OptionalBody("),
            ["media-types"] = Uses(".OptionalBody(") || Regex.IsMatch(code, @"\.Body\([^)]*, """),
            ["text"] = Uses(".Text("),
            ["binary"] = Uses(".Binary("),
            ["form"] = Uses(".Form("),
            ["multipart"] = Uses(".Multipart(") || Uses("Upload"),
            ["styled-cookies"] = Uses("ApiStyle.") && Uses(".Cookie("),
            ["readers"] = Readers.Any(Uses),
            ["values"] = Uses("ApiStyle.") || Uses(".Form(") || Uses(".Multipart(") || Uses("Upload"),
        };
        return Select(Source(), parts)
            .Replace("<ValidationProblem>", $"<{validationProblem}>", StringComparison.Ordinal)
            .Replace("<Problem>", $"<{problem}>", StringComparison.Ordinal);

        bool Uses(string text) => code.Contains(text, StringComparison.Ordinal);
    }

    // The lines between "// when: part" and "// end", or "// else", where the part is in use.
    private static string Select(string source, Dictionary<string, bool> parts)
    {
        var text = new StringBuilder();
        bool? isIn = null;
        foreach (var line in source.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith("// when: ", StringComparison.Ordinal))
            {
                isIn = parts[trimmed["// when: ".Length..]];
            }
            else if (trimmed == "// else")
            {
                isIn = !isIn;
            }
            else if (trimmed == "// end")
            {
                isIn = null;
            }
            else if (isIn != false)
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string? NameOf(ContractModel model, string problem) =>
        model.Problems.GetValueOrDefault(problem) is ObjectDeclaration declaration && declaration.Members.Exists(member => member is { Name: "Detail", Use.Type: ScalarType { Kind: Scalar.String } }) ? declaration.Name : null;

    private static string Source()
    {
        using var stream = typeof(CSharpRuntime).Assembly.GetManifestResourceStream("Runtime.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
