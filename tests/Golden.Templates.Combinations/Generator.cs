using System.Collections.Concurrent;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>Generates combinations of one template, on one engine a core.</summary>
sealed class Generator : IDisposable
{
    readonly ConcurrentBag<Engine> _engines = [];

    Generator()
    {
    }

    public static ParallelOptions Cores { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    public IReadOnlyList<Option> Options { get; private set; } = [];

    public IReadOnlyList<string> Complaints { get; private set; } = [];

    /// <param name="engines">As many as there are callers at a time.</param>
    public static async Task<Generator> StartAsync(TemplateFolder template, int engines)
    {
        var generator = new Generator();
        for (var count = 0; count < engines; count++)
        {
            var engine = await Engine.StartAsync(template);
            generator._engines.Add(engine);
            (generator.Options, generator.Complaints) = (engine.Options, engine.Complaints);
        }

        return generator;
    }

    /// <summary>All of these combinations, in an order that is always the same.</summary>
    public IReadOnlyList<Output> GenerateAll(string name, IReadOnlyList<IReadOnlyDictionary<string, string>> combinations)
    {
        var outputs = new ConcurrentBag<Output>();
        // In memory the engine never waits, and so has nothing to await.
        Parallel.ForEach(combinations, Cores, combination => outputs.Add(GenerateAsync(name, combination).GetAwaiter().GetResult()));
        return [.. outputs.OrderBy(output => output.Command, StringComparer.Ordinal)];
    }

    public async Task<Output> GenerateAsync(string name, IReadOnlyDictionary<string, string> options)
    {
        _engines.TryTake(out var engine);
        try
        {
            return await engine!.GenerateAsync(name, options);
        }
        finally
        {
            _engines.Add(engine!);
        }
    }

    public void Dispose()
    {
        foreach (var engine in _engines)
        {
            engine.Dispose();
        }
    }
}
