namespace Golden.Templates.Combinations;

/// <summary>What was found, and how much it looked at.</summary>
sealed record Report(string Template)
{
    public IReadOnlyList<Failure> Failures { get; init; } = [];

    public int Combinations { get; init; }

    public int Refused { get; init; }

    public int DistinctOutputs { get; init; }

    /// <summary>Distinct sets of C# files and of what says how they compile.</summary>
    public int DistinctCode { get; init; }

    /// <summary>Projects of all outputs.</summary>
    public int Projects { get; init; }

    /// <summary>Those that were compiled; equal ones once.</summary>
    public int Compilations { get; init; }

    public TimeSpan Generating { get; init; }

    public TimeSpan Compiling { get; init; }

    public override string ToString() => $"""
        {Template}: {Combinations} combinations ({Refused} refused, as they must be; {DistinctOutputs} distinct outputs), generated and checked in {Generating.TotalSeconds:0.0} s, {Combinations / Generating.TotalSeconds:0} a second
            {DistinctCode} distinct sets of C# files stand for those of all {Combinations - Refused}; {Compilations} compiled projects stand for {Projects}, in {Compiling.TotalSeconds:0.0} s, {Compilations / Compiling.TotalSeconds:0.0} a second
        """;

    public void ShouldBeClean() =>
        Assert.True(Failures.Count == 0, $"{Template}: {Failures.Count} finding(s).\n{string.Join('\n', Failures.Take(25))}");
}
