namespace GoldenService.Worker.Tests;

using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

/// <summary>What runs in place of the deployment where nobody need be there while nothing comes.</summary>
public sealed class ManifestScaleToZeroTests(Service service)
{
    private const string Folder = "kubernetes/scale-to-zero";

    private static readonly string[] Replaced = ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"];
    private static readonly YamlNode Knative = DeployFiles.Yaml($"{Folder}/service.yaml").Single();
    private static readonly YamlNode Job = DeployFiles.Yaml($"{Folder}/migrate.yaml").Single();
    private static readonly YamlNode Base = DeployFiles.Yaml("kubernetes/base/deployment.yaml").Single();

    private static YamlNode[] Pods => [Knative.At("spec", "template", "spec")!, Job.At("spec", "template", "spec")!];

    [Fact] // Fails when one of them would run beside.
    public void It_stands_in_place_of_what_does_not_scale_to_zero()
    {
        var patches = DeployFiles.Yaml($"{Folder}/kustomization.yaml").Single().At("patches").Texts("patch");

        Assert.All(Replaced, kind =>
            Assert.Contains(patches, patch => patch.Contains($"kind: {kind}\n", StringComparison.Ordinal) && patch.Contains("$patch: delete", StringComparison.Ordinal)));
        Assert.Equal("0", Knative.Text("spec", "template", "metadata", "annotations", "autoscaling.knative.dev/min-scale"));
    }

    [Fact]
    public void A_pod_has_no_rights_and_no_token() => Assert.All(Pods, pod =>
    {
        var container = Assert.Single(pod.At("containers").Items());
        Assert.Equal("false", pod.Text("automountServiceAccountToken"));
        Assert.Equal("true", (pod.At("securityContext") ?? container.At("securityContext")).Text("runAsNonRoot"));
        Assert.Equal("RuntimeDefault", (pod.At("securityContext") ?? container.At("securityContext")).Text("seccompProfile", "type"));
        Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
        Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts());
        Assert.NotEqual("", container.Text("resources", "requests", "cpu"));
        Assert.Subset(pod.At("volumes").Texts("name").ToHashSet(), container.At("volumeMounts").Texts("name").ToHashSet());
        Assert.Empty(DeployFiles.Unknown(service, container.At("env").Texts("name")));
    });

    [Fact] // Fails when the policy of the network would select no pod, or the probes ask for something else than in the deployment.
    public void Its_pods_are_the_same_as_those_of_the_deployment()
    {
        var (own, of) = (Assert.Single(Pods[0].At("containers").Items()), Assert.Single(Base.At("spec", "template", "spec", "containers").Items()));

        Assert.Equal(own.Text("readinessProbe", "httpGet", "path"), of.Text("readinessProbe", "httpGet", "path"));
        Assert.Equal(own.Text("livenessProbe", "httpGet", "path"), of.Text("livenessProbe", "httpGet", "path"));
        Assert.Equal(Assert.Single(own.At("ports").Texts("containerPort")), Assert.Single(of.At("ports").Texts("containerPort")));
        Assert.All(new[] { Knative, Job }, pods => Assert.Equal(Label(Base), Label(pods)));

        static string Label(YamlNode node) => node.Text("spec", "template", "metadata", "labels", "app.kubernetes.io/name");
    }

    [Fact] // Fails when Knative would give up an answer that the service still makes.
    public void A_request_may_take_as_long_as_the_service_lets_it() =>
        Assert.True(double.Parse(Pods[0].Text("timeoutSeconds"), CultureInfo.InvariantCulture) >= new LimitsOptions().RequestTimeoutSeconds);

    [Fact] // Fails when what wakes the worker, a POST without a token, is turned away.
    public async Task It_is_woken_by_a_path_that_it_answers()
    {
        var path = DeployFiles.Yaml($"{Folder}/wake.yaml").Single().Text("spec", "sink", "uri");

        using var stranger = service.CreateDefaultClient();
        using var answer = await stranger.PostAsync(new Uri(path, UriKind.Relative), new StringContent(""));
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }
}
