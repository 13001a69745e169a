namespace ContractCompiler.Building;

using System;
using ContractCompiler.Reading;

/// <summary>The patterns of a contract, which the service compiles too.</summary>
sealed class Patterns(Findings findings)
{
    /// <returns>Null where the service cannot check the pattern: a fault of the pattern is an error, a limit of the service a warning.</returns>
    public Func<string, bool>? Compile(string pattern, Position at)
    {
        try
        {
            return ContractPattern.Compile(pattern);
        }
        catch (ArgumentException exception)
        {
            findings.Error(at, "patterns", $"the pattern {pattern} cannot be checked: {exception.Message}");
            return null;
        }
        catch (NotSupportedException exception)
        {
            findings.Warning(at, "patterns", $"the pattern {pattern} is not checked: {exception.Message}");
            return null;
        }
    }
}
