// Copies a template.json with another default of --packages, for a release: `dotnet pack pack -p:DefaultPackages=full` runs it.
#:property PublishAot=false

using System.Text.RegularExpressions;

var (packages, from, to) = (args[0], Path.Combine("..", args[1]), args[2]);
var text = File.ReadAllText(from);
var changed = Regex.Replace(text, """(?<="packages": \{[^{}]*"defaultValue": ")core(?=")""", packages);
if (changed == text)
{
    Console.Error.WriteLine($"{from}: error GT0006: the option packages has no default \"core\" that could be another.");
    return 1;
}

Directory.CreateDirectory(Path.GetDirectoryName(to)!);
File.WriteAllText(to, changed);
return 0;
