using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Golden.Templates.Combinations;

/// <summary>The SDK that built these tests: its template engine, compiler and formatter run here in process.</summary>
static class Sdk
{
    /// <summary>With a slash at its end.</summary>
    public static string Folder { get; } =
        typeof(Sdk).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "SdkFolder").Value!;

    // The compiler of bincore is precompiled, the formatter's own copy is not.
    static readonly string[] Folders = [Folder, Path.Combine(Folder, "Roslyn", "bincore"), FormatFolder];

    public static string FormatFolder => Path.Combine(Folder, "DotnetTools", "dotnet-format");

    [ModuleInitializer]
    internal static void FindItsAssemblies()
    {
        if (!Directory.Exists(Folder))
        {
            throw new InvalidOperationException($"These tests were built with an SDK that is gone, {Folder}: build them again.");
        }

        // The engine's locks wait on threads of the pool while our work keeps as many busy as there are cores.
        ThreadPool.SetMinThreads(16, 16);

        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            var file = Folders.Select(folder => Path.Combine(folder, name.Name + ".dll")).FirstOrDefault(File.Exists);
            return file is null ? null : context.LoadFromAssemblyPath(file);
        };
    }
}
