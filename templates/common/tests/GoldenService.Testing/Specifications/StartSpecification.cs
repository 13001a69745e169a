namespace GoldenService.Testing;

using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

public abstract class StartSpecification(Service service)
{
    [Fact]
    public async Task A_setting_that_cannot_be_ends_the_start_with_a_sentence()
    {
        await using var process = ServiceProcess.Start(service, [], ("Limits__MaxBodyBytes", "a lot"));

        AssertSentence("Limits:MaxBodyBytes must be a whole number", await process.ExitAsync(), process.Output);
    }

    [Fact]
    public async Task A_busy_port_ends_the_start_with_a_sentence()
    {
        await using var process = ServiceProcess.Start(service, ["--urls", service.Http.BaseAddress!.ToString()]);

        AssertSentence("address already in use", await process.ExitAsync(), process.Output);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Unusable), MemberType = typeof(TestDatabase))]
    public async Task A_database_that_cannot_be_used_ends_the_start_and_the_command_migrate_with_a_sentence(string connectionString, string sentence)
    {
        AssertSentence(sentence, await RefusedStart.RunAsync(service, ("ConnectionStrings:Database", connectionString)));
        AssertSentence(sentence, await RefusedStart.RunAsync(service, ["migrate"], ("ConnectionStrings:Database", connectionString)));
    }

    [Fact] // Fails when the program has no HTTPS: the framework then advises the operator to call a method.
    public async Task A_certificate_that_is_not_there_ends_the_start_with_a_sentence() => AssertSentence(
        "The certificate for HTTPS cannot be used: Could not find file",
        await RefusedStart.RunAsync(service, ("urls", "https://127.0.0.1:0"), ("Kestrel:Certificates:Default:Path", "no-such.pfx")));

    [Fact] // Fails when it reads the settings of another program, or none: then migrating writes a line for each statement.
    public async Task A_program_has_its_own_settings_wherever_it_is_started()
    {
        var folder = Directory.CreateTempSubdirectory("elsewhere-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), """{ "Limits": { "OfAnotherProgram": 1 } }""");
            await using var process = ServiceProcess.StartIn(folder, ["migrate"]);

            Assert.Equal((0, ""), await process.ExitAsync());
            Assert.Equal("", process.Output.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_command_that_is_unknown_starts_nothing() =>
        AssertSentence("There is no command 'migrat'", await RefusedStart.RunAsync(service, ["migrat"]));

    private static void AssertSentence(string expected, (int Code, string Errors) exit, string output = "")
    {
        Assert.Equal(1, exit.Code);
        Assert.Contains(expected, exit.Errors, StringComparison.Ordinal);
        Assert.Single(exit.Errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", exit.Errors + output, StringComparison.Ordinal);
    }
}
