namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>Walks a contract by the table of keywords: each keyword is known, holds what it must, and what has no effect is said.</summary>
sealed class KeywordCheck(Documents documents, Findings findings)
{
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["OpenAPI"] = ["openapi", "info"],
        ["Operation"] = ["responses"],
        ["Parameter"] = ["name", "in"],
        ["RequestBody"] = ["content"],
        ["Server"] = ["url"],
        ["Tag"] = ["name"],
        ["SecurityScheme"] = ["type"],
        ["Discriminator"] = ["propertyName"],
    };

    private readonly Dictionary<string, List<Position>> missingFiles = [];
    private readonly HashSet<Node> seen = [];
    private readonly Stack<(Node Node, Position At, string Value, string Name)> pending = [];

    public void Check(Node root)
    {
        pending.Push((root, root.At, "OpenAPI", "the contract"));
        while (pending.TryPop(out var next))
        {
            Value(next.Node, next.At, next.Value, next.Name);
        }

        // A file that is missing is one fault, however much refers to it.
        foreach (var (problem, references) in missingFiles)
        {
            var first = references.OrderBy(at => at.File, StringComparer.Ordinal).ThenBy(at => at.Line).First();
            findings.Error(first, "references", $"{problem}{(references.Count == 1 ? "" : $" ({references.Count} references need it)")}: add the file, or correct the reference");
        }
    }

    private void Value(Node node, Position at, string value, string name)
    {
        switch (value)
        {
            case "any":
                break;
            case "text" or "reference":
                Expect(node.IsScalar && (node.Kind != NodeKind.Null || value == "text"), at, name, "text");
                break;
            case "boolean":
                Expect(node.Kind == NodeKind.Boolean, at, name, "true or false");
                break;
            case "number":
                Expect(node.Kind == NodeKind.Number, at, name, "a number");
                break;
            case "list":
                Expect(node.Kind == NodeKind.List, at, name, "a list");
                break;
            case "names":
                Expect(node.Kind == NodeKind.List && node.Items.All(item => item.IsScalar), at, name, "a list of names");
                break;
            case ['[', .. var item, ']']:
                if (Expect(node.Kind == NodeKind.List, at, name, "a list"))
                {
                    Push(node.Items.Select(value => (value, value.At, item, name)));
                }

                break;
            case ['{', .. var item, '}']:
                if (Expect(node.Kind == NodeKind.Map, at, name, "a map"))
                {
                    Twice(node);
                    Push(node.Members.Where(member => !Keywords.IsExtension(value, member.Key)).Select(member => (member.Value, member.At, item, $"{name}.{member.Key}")));
                }

                break;
            case "SecurityRequirement":
                if (Expect(node.Kind == NodeKind.Map, at, name, "a map of schemes"))
                {
                    Push(node.Members.Select(member => (member.Value, member.At, "names", $"{name}.{member.Key}")));
                }

                break;
            case "Schema" when node.Kind == NodeKind.Boolean:
                break;
            case "Schema" when node.Kind == NodeKind.Null:
                findings.Warning(at, "empty schemas", $"{name} is empty, so any value is taken there");
                break;
            case "Callback":
                break;
            default:
                if (Expect(node.Kind == NodeKind.Map, at, name, "a map") && seen.Add(node))
                {
                    Members(node, value, name);
                }

                break;
        }
    }

    private void Members(Node node, string kind, string name)
    {
        var keywords = Keywords.Objects[kind];
        Twice(node);
        if (node["$ref"] is { IsScalar: true } reference && keywords.ContainsKey("$ref"))
        {
            if (documents.Resolve(reference, out var problem) is { } target)
            {
                Push([(target, target.At, kind, name)]);
            }
            else if (problem!.EndsWith(Documents.NoSuchFile, StringComparison.Ordinal))
            {
                (missingFiles.TryGetValue(problem, out var references) ? references : missingFiles[problem] = []).Add(reference.At);
            }
            else
            {
                findings.Error(reference.At, "references", problem);
            }
        }

        foreach (var missing in node.Has("$ref") ? [] : Required.GetValueOrDefault(kind, []).Where(required => !node.Has(required)))
        {
            findings.Error(node.At, $"no {missing}", $"{name} has no '{missing}'");
        }

        foreach (var (key, at, value) in node.OwnMembers)
        {
            if (!keywords.TryGetValue(key, out var keyword))
            {
                findings.Warning(at, "unknown keywords", $"'{key}' in {name} is no keyword of OpenAPI, and has no effect: correct its name, or begin it with x-");
                continue;
            }

            var remark = keyword.Remark.Length == 0 ? "" : $": {keyword.Remark}";
            switch (keyword.Support)
            {
                case Support.Rejected:
                    findings.Error(at, $"'{key}'", $"'{key}' in {name} is not supported{remark}");
                    break;
                case Support.Unchecked:
                    findings.Warning(at, $"'{key}'", $"'{key}' in {name} is not checked{(remark.Length == 0 ? ": the service takes values that it excludes" : remark)}");
                    break;
                case Support.Documentation when remark.Length > 0 && (value.Members.Count > 0 || value.Items.Count > 0):
                    findings.Warning(at, $"'{key}'", $"'{key}' in {name} has no effect{remark}");
                    break;
            }

            if (kind == "Schema" && key is "type" or "allOf" or "anyOf" or "oneOf" && value is { Kind: NodeKind.List, Items.Count: 0 })
            {
                findings.Warning(at, "empty lists", $"'{key}' in {name} is empty, and has no effect: fill it, or remove it");
            }

            // What says nothing to a machine may say it in any form.
            if (keyword.Support is not Support.Documentation)
            {
                Push([(value, at, keyword.Value, $"{name}.{key}")]);
            }
        }
    }

    private void Twice(Node map)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in map.Members.Where(member => !keys.Add(member.Key)))
        {
            findings.Error(member.At, "names given twice", $"'{member.Key}' stands twice here: remove one");
        }
    }

    private bool Expect(bool isSo, Position at, string name, string expected)
    {
        if (!isSo)
        {
            findings.Error(at, "values of another kind", $"{name} must be {expected}");
        }

        return isSo;
    }

    private void Push(IEnumerable<(Node, Position, string, string)> values)
    {
        foreach (var value in values)
        {
            pending.Push(value);
        }
    }
}
