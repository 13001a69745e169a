namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Xunit;
using YamlDotNet.RepresentationModel;

public abstract class ComposeSpecification(Service service)
{
    private static readonly YamlNode Full = DeployFiles.Yaml("compose/compose.yaml").Single();

    private static IEnumerable<(string Name, YamlNode Definition)> Containers => Full.At("services").Members();

    private static IEnumerable<(string Name, YamlNode Definition)> Own => Containers.Where(container => container.Name is "service" or "migrate");

    [Fact] // Fails when a setting is misspelt, which the service would not tell in every case.
    public void The_service_knows_every_setting_that_it_is_given() => Assert.Empty(DeployFiles.Unknown(
        service,
        Own.SelectMany(container => container.Definition.At("environment").Members().Select(setting => setting.Key).Concat(container.Definition.At("secrets").Texts()))));

    [Fact]
    public void Every_folder_and_file_that_is_mounted_is_there() => Assert.All(
        Containers.SelectMany(container => container.Definition.At("volumes").Texts()).Where(volume => volume.StartsWith('.')),
        volume => Assert.True(Path.Exists(Path.Combine(DeployFiles.Root, "compose", volume.Split(':')[0])), volume));

    [Fact] // Fails when a volume, a secret or a service that is named is declared nowhere.
    public void What_a_container_names_is_declared()
    {
        foreach (var (_, container) in Containers)
        {
            Assert.Subset(Names(Full.At("services")), Names(container.At("depends_on")));
            Assert.Subset(Names(Full.At("secrets")), container.At("secrets").Items().Select(secret => secret.Text() is { Length: > 0 } name ? name : secret.Text("source")).ToHashSet());
            Assert.Subset(Names(Full.At("volumes")), container.At("volumes").Texts().Where(volume => volume[0] is not ('.' or '/')).Select(volume => volume.Split(':')[0]).ToHashSet());
        }

        static HashSet<string> Names(YamlNode? node) => [.. node.Members().Select(member => member.Key)];
    }

    [Fact]
    public void Every_secret_is_a_file_that_git_ignores_and_that_the_program_makes()
    {
        var files = Full.At("secrets").Members().Select(secret => secret.Value.Text("file")).ToList();
        Assert.All(files, file => Assert.StartsWith("./secrets/", file, StringComparison.Ordinal));
        if (files is not [])
        {
            Assert.Contains("secrets/", DeployFiles.Read("compose/.gitignore").Split('\n'));
            var program = DeployFiles.Read("compose/secrets.cs").Replace(":", "__", StringComparison.Ordinal);
            Assert.All(files, file => Assert.Contains($"\"{Path.GetFileName(file)}\"", program, StringComparison.Ordinal));
        }
    }

    [Fact] // Fails when Docker would kill a service that is still answering.
    public void A_container_may_take_as_long_to_stop_as_the_service_does()
    {
        var options = new ShutdownOptions();
        var period = Full.Text("services", "service", "stop_grace_period");

        Assert.EndsWith("s", period, StringComparison.Ordinal);
        Assert.True(double.Parse(period[..^1], CultureInfo.InvariantCulture) > options.DrainSeconds + options.GraceSeconds + DeployFiles.FlushSeconds);
    }

    [Fact] // Fails when an image would be another one tomorrow.
    public void Images_of_others_have_a_version() => Assert.All(
        Containers.Where(container => container.Definition.At("image") is not null && container.Definition.At("build") is null),
        container => Assert.Matches(@":v?\d+\.\d+[\w.-]*$", container.Definition.Text("image")));

    [Fact] // Fails when a port is open to the network.
    public void Ports_are_open_to_this_machine_only() => Assert.All(
        Containers.SelectMany(container => container.Definition.At("ports").Texts()),
        port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact] // Fails when the port of the image and that of compose.yaml differ.
    public void The_port_of_the_service_is_the_one_of_its_image()
    {
        var exposed = Regex.Match(DeployFiles.Dockerfile(), @"^EXPOSE (\d+)$", RegexOptions.Multiline).Groups[1].Value;

        Assert.EndsWith($":{exposed}", Assert.Single(Full.At("services", "service", "ports").Texts()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_may_do_no_more_than_it_must() => Assert.All(
        Full.At("services").Members().Where(container => container.Key is "service" or "migrate").Select(container => container.Value),
        container =>
        {
            Assert.Equal("true", container.Text("read_only"));
            Assert.Equal(["/tmp"], container.At("tmpfs").Texts());
            Assert.Equal(["ALL"], container.At("cap_drop").Texts());
            Assert.Equal(["no-new-privileges:true"], container.At("security_opt").Texts());
        });

    [Fact]
    public void The_service_starts_after_its_migrations_and_within_limits()
    {
        var own = Full.At("services", "service");

        Assert.Equal("service_completed_successfully", own.Text("depends_on", "migrate", "condition"));
        Assert.Equal(["migrate"], Full.At("services", "migrate", "command").Texts());
        Assert.NotEmpty(own.Text("deploy", "resources", "limits", "cpus"));
        Assert.NotEmpty(own.Text("deploy", "resources", "limits", "memory"));
    }

    [Fact] // Fails when a signal is sent to nobody, or where compose.yaml has no container, or to another port than it is taken at.
    public async Task Each_signal_goes_to_what_takes_it()
    {
        const string expected = "jaeger:4318/v1/traces loki:3100/otlp/v1/logs prometheus:9090/api/v1/otlp/v1/metrics";
        await using var receiver = await OtlpReceiver.StartAsync();
        var variables = Full.At("services", "service", "environment").Members()
            .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key, variable => variable.Value.Text().Replace("http://", $"{receiver.Url}/", StringComparison.Ordinal));

        // The end of the service sends all that there is.
        await using (var exporting = await Service.StartAsync(settings: variables))
        {
            Assert.Equal(200, (await exporting.Get("/openapi.yaml")).Status);
        }

        await receiver.HasReceivedAsync([.. expected.Split(' ').Select(path => $"/{path}")]);
        Assert.Equal(expected, string.Join(' ', receiver.Received.Select(message => message.Path.TrimStart('/')).Distinct().Order(StringComparer.Ordinal)));
        Assert.All(expected.Split(' ').Select(path => path.Split(':')[0]), name => Assert.Contains(name, Containers.Select(container => container.Name)));
    }
}
