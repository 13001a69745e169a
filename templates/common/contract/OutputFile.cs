namespace ContractCompiler;

using System;
using System.IO;

/// <summary>A file of generated code.</summary>
static class OutputFile
{
    /// <summary>Puts a text in place, in one step; a file that would be the same is left alone, so that nothing is compiled for its sake.</summary>
    public static void Put(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == text)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
