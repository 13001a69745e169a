namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Xunit;
using YamlDotNet.RepresentationModel;

public abstract class ManifestSpecification(Service service)
{
    private static readonly string Folder = Path.Combine(DeployFiles.Root, "kubernetes");
    private static readonly string[] Lists = ["resources", "components", "configurations"];
    private static readonly string[] Private = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"];
    private static readonly YamlNode Deployment = Manifest("deployment.yaml");
    private static readonly YamlNode Pod = Deployment.At("spec", "template", "spec")!;

    private static List<YamlNode> Containers => [.. Pod.At("initContainers").Items().Concat(Pod.At("containers").Items())];

    /// <summary>The network policies of all files, and those that a kustomization has in a patch.</summary>
    private static IEnumerable<YamlNode> Policies =>
        from file in Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories)
        from document in DeployFiles.Yaml(file)
        from yaml in document.At("patches").Texts("patch").Where(patch => patch.Length > 0).SelectMany(YamlNodes.Parse).Append(document)
        where yaml.Text("kind") == "NetworkPolicy"
        select yaml;

    private static IEnumerable<string> Kustomizations => Directory.GetFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories);

    [Fact]
    public void Every_file_of_a_kustomization_is_there_and_every_file_is_of_one()
    {
        var named = new List<string>();
        foreach (var kustomization in Kustomizations)
        {
            var yaml = Yaml(kustomization);
            var paths = Lists.SelectMany(list => yaml.At(list).Texts()).Concat(yaml.At("patches").Texts("path").Where(path => path.Length > 0));
            named.AddRange(paths.Select(path => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(kustomization)!, path))));
        }

        Assert.All(named, path => Assert.True(Path.Exists(path), path));
        Assert.Empty(Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Except(Kustomizations).Except(named));
    }

    [Fact] // Fails when a setting is misspelt, which the service would not tell in every case.
    public void The_service_knows_every_setting_that_it_is_given() => Assert.Empty(DeployFiles.Unknown(
        service,
        Kustomizations.SelectMany(path => Settings(Yaml(path))).Select(setting => setting.Name)
            .Concat(Containers.SelectMany(container => container.At("env").Texts("name")))));

    [Fact] // Fails when the service has no such path, or asks for a token there.
    public async Task Probes_ask_for_what_the_service_answers()
    {
        foreach (var (probe, path) in new[] { ("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
        {
            var container = Assert.Single(Pod.At("containers").Items());
            Assert.Equal((path, "http"), (container.Text(probe, "httpGet", "path"), container.Text(probe, "httpGet", "port")));
            using var stranger = service.CreateDefaultClient();
            Assert.True((await stranger.GetAsync(new Uri(path, UriKind.Relative))).IsSuccessStatusCode);
        }
    }

    [Fact] // Fails when the port of the image is another one, or has no name by which meshes and policies know it.
    public void The_port_is_the_one_of_the_image_and_has_a_name()
    {
        var port = Assert.Single(Assert.Single(Pod.At("containers").Items()).At("ports").Items());
        var exposed = Regex.Match(DeployFiles.Dockerfile(), @"^EXPOSE (\d+)$", RegexOptions.Multiline).Groups[1].Value;

        Assert.Equal(("http", exposed), (port.Text("name"), port.Text("containerPort")));
        var open = Assert.Single(Manifest("service.yaml").At("spec", "ports").Items());
        Assert.Equal(("http", "http", "http"), (open.Text("name"), open.Text("appProtocol"), open.Text("targetPort")));
        Assert.Equal(["http"], Manifest("network-policy.yaml", "overlays/production").At("spec", "ingress").Items().SelectMany(rule => rule.At("ports").Texts("port")));
    }

    [Fact] // Fails when a rule lacks `from`, `to` or the ports, selects everything, or has a wide range of addresses.
    public void The_network_is_open_only_to_peers_that_are_named()
    {
        var policies = Policies.ToList();

        Assert.NotEmpty(policies);
        Assert.Equal(["Ingress", "Egress"], Manifest("network-policy.yaml").At("spec", "policyTypes").Texts());
        Assert.All(policies.SelectMany(policy => policy.At("spec", "ingress").Items()), rule => AssertNamed(rule.At("from"), IsNarrow));
        Assert.All(policies.SelectMany(policy => policy.At("spec", "egress").Items()), rule =>
        {
            var ports = rule.At("ports").Texts("port").ToList();
            Assert.NotEmpty(ports);
            AssertNamed(rule.At("to"), block => IsNarrow(block) || (ports is ["443"] && IsPublic(block)));
        });

        static void AssertNamed(YamlNode? peers, Func<YamlNode, bool> allows)
        {
            Assert.NotEmpty(peers.Items());
            Assert.All(peers.Items(), peer => Assert.True(peer.At("ipBlock") is { } block ? allows(block) : Selectors(peer).Any() && Selectors(peer).All(IsSelective), $"{peer}"));
        }

        static IEnumerable<YamlNode> Selectors(YamlNode peer) => peer.Members().Select(selector => selector.Value);

        static bool IsSelective(YamlNode selector) => selector.At("matchLabels").Members().Any() || selector.At("matchExpressions").Items().Any();

        static bool IsPublic(YamlNode block) => Private.Except(block.At("except").Texts()).All(range => !Network(block).Contains(IPNetwork.Parse(range).BaseAddress));

        static bool IsNarrow(YamlNode block) => Network(block).PrefixLength >= 16;

        static IPNetwork Network(YamlNode block) => IPNetwork.Parse(block.Text("cidr"));
    }

    [Fact] // Fails when callers in a wide network could say which address they have.
    public void Few_proxies_are_trusted() => Assert.All(
        Kustomizations.SelectMany(path => Settings(Yaml(path))).Where(setting => setting.Name.StartsWith("ForwardedHeaders__KnownNetworks", StringComparison.Ordinal)),
        setting => Assert.All(setting.Value.Split(','), network => Assert.True(IPNetwork.Parse(network.Trim()).PrefixLength >= 16, network)));

    [Fact]
    public void A_pod_has_no_rights_and_no_token()
    {
        Assert.Equal("false", Pod.Text("automountServiceAccountToken"));
        Assert.Equal("false", Manifest("service-account.yaml").Text("automountServiceAccountToken"));
        Assert.Equal(Manifest("service-account.yaml").Text("metadata", "name"), Pod.Text("serviceAccountName"));
        Assert.Equal("true", Pod.Text("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Pod.Text("securityContext", "seccompProfile", "type"));
        Assert.All(Containers, container =>
        {
            Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts());
        });
    }

    [Fact] // Fails when a container has none: the scheduler and the autoscaler would not know what it takes.
    public void Every_container_says_what_it_takes() => Assert.All(Containers, container => Assert.All(
        new[] { ("requests", "cpu"), ("requests", "memory"), ("limits", "memory") },
        amount => Assert.NotEqual("", container.Text("resources", amount.Item1, amount.Item2))));

    [Fact]
    public void What_is_mounted_is_declared() => Assert.All(
        Containers,
        container => Assert.Subset(Pod.At("volumes").Texts("name").ToHashSet(), container.At("volumeMounts").Texts("name").ToHashSet()));

    [Theory] // Fails when a selector and the labels of the pods differ, with which it would select nothing.
    [InlineData("service.yaml", "spec", "selector")]
    [InlineData("disruption-budget.yaml", "spec", "selector", "matchLabels")]
    [InlineData("deployment.yaml", "spec", "selector", "matchLabels")]
    public void Every_selector_selects_the_pods(string file, params string[] path) => AssertSelectsThePods(Manifest(file).At(path));

    [Fact]
    public void Every_network_policy_selects_the_pods() => Assert.All(
        Policies.Select(policy => policy.At("spec", "podSelector", "matchLabels")).Where(selector => selector is not null),
        AssertSelectsThePods);

    [Fact] // Fails when Kubernetes would kill a service that is still answering.
    public void A_pod_may_take_as_long_to_stop_as_the_service_does()
    {
        var options = new ShutdownOptions();
        var drain = double.Parse(Settings(Yaml(Path.Combine(Folder, "base", "kustomization.yaml"))).Single(setting => setting.Name == "Shutdown__DrainSeconds").Value, CultureInfo.InvariantCulture);

        Assert.True(double.Parse(Pod.Text("terminationGracePeriodSeconds"), CultureInfo.InvariantCulture) > drain + options.GraceSeconds + DeployFiles.FlushSeconds);
    }

#if (postgres)
    [Fact]
    public void The_autoscaler_scales_the_deployment()
    {
        var target = Manifest("autoscaler.yaml").At("spec", "scaleTargetRef");

        Assert.Equal((Deployment.Text("kind"), Deployment.Text("metadata", "name")), (target.Text("kind"), target.Text("name")));
        Assert.Equal("", Deployment.Text("spec", "replicas"));
    }
#else
    [Fact] // Fails when a second pod could open the file of the first.
    public void A_file_of_a_database_has_one_pod()
    {
        Assert.Equal(("1", "Recreate"), (Deployment.Text("spec", "replicas"), Deployment.Text("spec", "strategy", "type")));
        Assert.DoesNotContain(Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("Autoscaler", StringComparison.Ordinal));
    }
#endif

    [Fact] // Fails when a pod would run whatever image has the name at the moment.
    public void An_overlay_says_which_image_it_is()
    {
        var images = Yaml(Path.Combine(Folder, "overlays", "production", "kustomization.yaml")).At("images").Items().ToDictionary(image => image.Text("name"), image => image.Text("newTag"));

        Assert.All(Containers, container => Assert.Matches(@"^\d+\.\d+\.\d+", images[container.Text("image")]));
    }

    private static void AssertSelectsThePods(YamlNode? selector)
    {
        var labels = Deployment.At("spec", "template", "metadata", "labels").Members().Select(label => (label.Key, label.Value.Text())).ToHashSet();
        var selected = selector.Members().Select(label => (label.Key, label.Value.Text())).ToHashSet();

        Assert.NotEmpty(selected);
        Assert.Subset(labels, selected);
    }

    private static YamlNode Manifest(string file, string folder = "base") => Yaml(Path.Combine(Folder, folder, file));

    private static YamlNode Yaml(string path) => DeployFiles.Yaml(path).Single();

    private static IEnumerable<(string Name, string Value)> Settings(YamlNode kustomization) =>
        from generator in kustomization.At("configMapGenerator").Items()
        from literal in generator.At("literals").Texts()
        select (literal.Split('=')[0], literal.Split('=', 2)[1]);
}
