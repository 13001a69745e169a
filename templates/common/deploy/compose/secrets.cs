// Makes the secrets that compose.yaml names, each a file in the folder secrets, which git ignores: `dotnet run deploy/compose/secrets.cs`.
#if (worker)
// Random values are kept once they exist, because others use them.
#elif (postgres)
// A password is kept once it exists, because the database keeps the one that it was created with.
#endif
#:property PublishAot=false
#:property ImplicitUsings=enable

#if (jwt)
using System.Diagnostics;
#endif
#if (postgres || worker)
using System.Security.Cryptography;
#endif
#if (jwt)
using System.Text.RegularExpressions;
#endif

// Nobody else on this machine looks into the folder. The files in it are open, because the users in the containers are other ones.
var folder = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "secrets");
if (OperatingSystem.IsWindows())
{
    Directory.CreateDirectory(folder);
}
else
{
    Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
#if (postgres)

var password = Keep("postgres-password", RandomNumberGenerator.GetHexString(32, lowercase: true));
Write("ConnectionStrings__Database", $"Host=postgres;Database=golden-service;Username=postgres;Password={password}");
#if (webapi && worker)
Write("worker-database", $"Host=postgres;Database=golden-service-worker;Username=postgres;Password={password}");
#endif
#endif
#if (worker)

// What the sender named shop signs with.
Keep("Webhooks__Sources__shop__Secrets__0", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
#if (webapi && worker)

// What the API signs its webhooks to the worker with.
Keep("webhooks-of-the-api", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
#endif
#endif
#if (rabbitmq)

var brokerPassword = Keep("rabbitmq-password", RandomNumberGenerator.GetHexString(32, lowercase: true));
Write("rabbitmq-user", $"default_user = golden-service\ndefault_pass = {brokerPassword}\n");
Write("RabbitMq__Uri", $"amqp://golden-service:{brokerPassword}@rabbitmq");
#endif
#if (jwt)

// With the first token dotnet user-jwts makes a key, and keeps it among the user secrets of the project.
const string setting = "Authentication:Schemes:Bearer:SigningKeys:0:Value";
var root = Path.GetFullPath(Path.Combine(folder, "../../.."));
var project = Path.Combine(root, "src/GoldenService.ServiceProject");

// It has all scopes of the contract, as in "- bearer: [a, b]".
var contract = File.ReadAllText(Path.Combine(project, "openapi.yaml"));
#if (webapi && worker)
contract += File.ReadAllText(Path.Combine(root, "src/GoldenService.Worker/openapi.yaml"));
#endif
var scopes = Regex.Matches(contract, @"(?<=- bearer: \[)[^\]]+").SelectMany(match => match.Value.Split(',', StringSplitOptions.TrimEntries)).Distinct();
var token = Dotnet(["user-jwts", "create", "--project", project, "--output", "token", .. scopes.SelectMany(scope => new[] { "--scope", scope })]);
var key = Dotnet("user-secrets", "list", "--project", project).Split('\n').FirstOrDefault(line => line.StartsWith($"{setting} = ", StringComparison.Ordinal));
if (key is null)
{
    Console.Error.WriteLine($"The user secrets of {project} have no {setting}: 'dotnet user-jwts key --reset --project {project}' makes a key.");
    return 1;
}

Write(setting.Replace(":", "__", StringComparison.Ordinal), key[$"{setting} = ".Length..].Trim());
#endif

Console.WriteLine($"The secrets are in {folder}.");
#if (jwt)
Console.WriteLine($"A token for you: {token.Trim()}");
#endif
return 0;
#if (postgres || worker)

string Keep(string name, string value)
{
    var path = Path.Combine(folder, name);
    if (!File.Exists(path))
    {
        Write(name, value);
    }

    return File.ReadAllText(path);
}
#endif

void Write(string name, string value)
{
    var path = Path.Combine(folder, name);
    File.WriteAllText(path, value);
    if (!OperatingSystem.IsWindows())
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }
}
#if (jwt)

static string Dotnet(params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        Console.Error.WriteLine($"{output}'dotnet {string.Join(' ', arguments)}' failed.");
        Environment.Exit(1);
    }

    return output;
}
#endif
