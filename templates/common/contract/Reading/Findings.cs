namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Linq;

enum Severity
{
    /// <summary>The contract says something that has no effect.</summary>
    Warning,
    Error,
}

/// <param name="Kind">What findings of one kind have in common, for the summary.</param>
sealed record Finding(Severity Severity, Position At, string Kind, string Text);

/// <summary>All that is wrong with a contract, each thing once and with its position.</summary>
sealed class Findings
{
    private readonly HashSet<Finding> findings = [];

    public bool HasErrors { get; private set; }

    /// <summary>By file and line.</summary>
    public IEnumerable<Finding> All => findings.OrderBy(finding => finding.At.File, StringComparer.Ordinal).ThenBy(finding => finding.At.Line).ThenBy(finding => finding.At.Column);

    public void Error(Position at, string kind, string text)
    {
        findings.Add(new(Severity.Error, at, kind, text));
        HasErrors = true;
    }

    public void Warning(Position at, string kind, string text) => findings.Add(new(Severity.Warning, at, kind, text));
}

/// <summary>A file that cannot be read on from some position.</summary>
sealed class UnreadableException(Position at, string message) : Exception(message)
{
    public Position At { get; } = at;
}
