namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>Whatever looks like a secret in a file of the repository fails: one that was committed once has to be replaced.</summary>
[Trait("Checklist", "secrets")]
public sealed class RepositorySecretsTests
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;
    private const string Name = "(?:pass(?:word|wd)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|signing[-_]?key)";

    // A value that says itself that it is none: a variable, an example, a placeholder.
    private static readonly Regex Placeholder = new(@"^(?:[<${%*].*|\.\.\.|x+|change.?me.*|example.*|placeholder.*|your.*|postgres|guest)$", Options | RegexOptions.IgnoreCase);

    private static readonly Dictionary<string, Regex> Shapes = new()
    {
        ["private key"] = new("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY", Options),
        ["AWS access key"] = new(@"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", Options),
        ["Google API key"] = new(@"\bAIza[\w-]{35}", Options),
        ["Azure storage key"] = new(@"AccountKey=[A-Za-z0-9+/]{80,}", Options),
        ["GitHub token"] = new(@"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,})", Options),
        ["GitLab token"] = new(@"\bglpat-[\w-]{20}", Options),
        ["Slack token"] = new(@"\bxox[abeprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+", Options),
        ["npm token"] = new(@"\bnpm_[A-Za-z0-9]{36}", Options),
        ["Stripe key"] = new(@"\b[rs]k_live_[A-Za-z0-9]{20,}", Options),
        ["signed JWT"] = new(@"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}", Options),
        ["password in a connection string"] = new(@"(?:Password|Pwd)\s*=\s*(?<value>[^;""'\s]+)(?=[^""'\n]*(?:Host|Server|Data Source|User Id|Username)\s*=)|(?:Host|Server|Data Source|User Id|Username)\s*=[^""'\n]*\b(?:Password|Pwd)\s*=\s*(?<value>[^;""'\s]+)", Options | RegexOptions.IgnoreCase),
        ["password in a URL"] = new(@"\b[a-z][a-z0-9+]*://[^\s:/@""']+:(?<value>[^\s:/@""']+)@", Options),
        ["signing key of dotnet user-jwts"] = new(@"SigningKeys[\s\S]{0,200}?""Value""\s*:\s*""(?<value>[^""]{8,})""", Options),
        ["random value of a secret's name"] = new(Name + @"[""']?\s*[:=]\s*[""']?(?<random>[A-Za-z0-9+/_\-]{20,}={0,2})", Options | RegexOptions.IgnoreCase),
    };

    // What looks like one and is none: the file, what is found there, and why it is no secret.
    private static readonly (string File, string Kind, string Why)[] Allowed = [];

    // Each sample is put together here, so that this file has none. Fails when the shape of its kind goes.
    public static TheoryData<string, string> Samples => new()
    {
        { "private key", "-----BEGIN " + "RSA PRIVATE KEY-----" },
        { "private key", "-----BEGIN " + "PRIVATE KEY-----" },
        { "AWS access key", "AKIA" + "Q3EGUJZN7WDRV2TA" },
        { "Google API key", "AIza" + "SyB1c2D3e4F5g6H7i8J9k0LmNoPqRsTuVwX" },
        { "Azure storage key", "AccountKey" + "=" + new string('k', 86) },
        { "GitHub token", "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a" },
        { "GitHub token", "github" + "_pat_" + new string('a', 60) },
        { "GitLab token", "glpat" + "-kx8Jz2mQ9wLr4TnVb3Yc" },
        { "Slack token", "xoxb" + "-123456789012-abcdefghijkl" },
        { "npm token", "npm" + "_" + new string('b', 36) },
        { "Stripe key", "sk" + "_live_4eC39HqLyjWDarjtT1zdp7dc" },
        { "signed JWT", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiJhbGljZSJ9.dozjgNryP4J3jVmNHl0w5N" },
        { "password in a connection string", "Host=db;Username=app;" + "Password" + "=hunter2" },
        { "password in a connection string", "Password" + "=hunter2;Host=db" },
        { "password in a URL", "amqp://app:" + "hunter2@queue:5672" },
        { "signing key of dotnet user-jwts", "\"SigningKeys" + "\": [ { \"Issuer\": \"dotnet-user-jwts\", \"Value\": \"c2VjcmV0IGtleQ\" } ]" },
        { "random value of a secret's name", "client_" + "secret" + ": \"q7Zr2LxV9pKd4TnWb8Ys3Jm6\"" },
        { "random value of a secret's name", "API_" + "KEY" + "=9f86d081884c7d659a2feaa0c55ad015" },
    };

    // Fails when the shape of that kind is taken out.
    [Theory]
    [MemberData(nameof(Samples))]
    public void What_looks_like_a_secret_is_found(string kind, string text) => Assert.Contains(kind, Kinds($"one line\n  {text}\nanother"));

    // Fails when a shape takes more than it should.
    [Theory]
    [InlineData("Data Source=app.db")]
    [InlineData("Host=db;Username=app;Password=${DATABASE_PASSWORD}")]
    [InlineData("Host=db;Username=app;Password=<password>")]
    [InlineData("https://user:${TOKEN}@example.org")]
    [InlineData("http://localhost:8080/v1/things?name=a@b")]
    [InlineData("cancellationToken: cancellationTokenOfTheRequest")]
    [InlineData("var token = service.TokenForTheCallerOfThisRequest")]
    [InlineData("\"integrity\": \"sha512-q7Zr2LxV9pKd4TnWb8Ys3Jm6q7Zr2LxV9pKd4TnWb8Ys3Jm6==\"")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("\"SigningKeys\": []")]
    public void What_is_no_secret_is_not(string text) => Assert.Empty(Kinds(text));

    // Fails when a file of the repository has a secret, and when an exception of the list is needed no longer.
    [Fact]
    public async Task The_repository_has_no_secrets()
    {
        var root = Repository.Root;
        var found = new List<(string File, string Kind)>();
        foreach (var file in await FilesAsync(root))
        {
            var path = Path.Combine(root, file);
            if (File.Exists(path))
            {
                found.AddRange(Kinds(await File.ReadAllTextAsync(path)).Select(kind => (file, kind)));
            }
        }

        Assert.Equal(Allowed.Select(allowed => $"{allowed.File}: {allowed.Kind}").Order(), found.Select(secret => $"{secret.File}: {secret.Kind}").Order());
    }

    // Fails when the files that are looked at are none, or not those of the repository.
    [Fact]
    public async Task Every_file_that_could_be_committed_is_looked_at()
    {
        var files = await FilesAsync(Repository.Root);

        Assert.Contains("Directory.Build.props", files);
        Assert.Contains(files, file => file.EndsWith("/appsettings.json", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Split('/') is [.., "bin" or "obj", _]);
    }

    private static IEnumerable<string> Kinds(string text) => Shapes
        .Where(shape => shape.Value.Matches(text).Any(match =>
            !Placeholder.IsMatch(match.Groups["value"].Value)
            && (!match.Groups["random"].Success || IsRandom(match.Groups["random"].Value))))
        .Select(shape => shape.Key);

    // Words have few digits, and letters that return; 3.5 bits a character is what random text of this length has.
    private static bool IsRandom(string value) =>
        value.Count(char.IsAsciiDigit) >= 3
        && value.GroupBy(letter => letter).Sum(group => -group.Count() / (double)value.Length * Math.Log2(group.Count() / (double)value.Length)) > 3.5;

    /// <summary>What git has or would take; without git, all but what builds and programs make.</summary>
    private static async Task<string[]> FilesAsync(string root)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-coz", "--exclude-standard"]) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var files = await git.StandardOutput.ReadToEndAsync();
            await git.WaitForExitAsync();
            if (git.ExitCode == 0)
            {
                return files.Split('\0', StringSplitOptions.RemoveEmptyEntries);
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no git here.
        }

        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "secrets" or ".git"))];
    }
}
