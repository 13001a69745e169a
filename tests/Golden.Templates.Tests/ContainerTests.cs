using System.Net;
using System.Reflection.PortableExecutable;
using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>The image that a Dockerfile makes as it was generated, and the service in it, held as tightly as the manifests hold it.</summary>
public sealed class ContainerTests(InstalledPack pack) : TemplateTests(pack)
{
    // As it is in the images of .NET: the number of the user app.
    const string User = "1654";

    [Theory]
    [InlineData("webapi-golden", "Acme.Orders", "Api")]
    [InlineData("worker-golden", "Acme.Shipping", "Worker", Explicit = true)] // Its Dockerfile is the same but for names: at night.
    public async Task TheImageRunsWithoutRightsAndBecomesHealthy(string template, string name, string kind)
    {
        await Docker.NeedAsync();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name, "--deploy", "none");
        var container = $"golden-{kind.ToLowerInvariant()}-{Guid.NewGuid():n}";
        var certificate = Path.Combine(Folder, "issuer.pem");
        await File.WriteAllTextAsync(certificate, Issuer.CertificatePem, TestContext.Current.CancellationToken);
        var port = PublishedService.FreePort();
        string[] tight =
        [
            "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--volume", $"{container}:/data",
            // The issuer of tokens is on this machine, and so is whoever asks.
            "--network", "host", "--env", $"ASPNETCORE_HTTP_PORTS={port}",
            "--volume", $"{certificate}:/etc/issuer.pem:ro", "--env", "SSL_CERT_FILE=/etc/issuer.pem",
            "--env", $"Authentication__Schemes__Bearer__Authority={Issuer.Shared.Address}", "--env", $"Authentication__Schemes__Bearer__ValidAudiences__0={Issuer.Audience}",
        ];
        try
        {
            await Docker.BuildAsync(solution.Folder, $"src/{name}.{kind}/Dockerfile", container);
            Assert.True(await IsCompiledAheadOfTimeAsync(container, $"{name}.{kind}.dll"));

            // Nothing has been migrated: it runs, says so, and is not healthy. Then it is migrated beside, and is.
            await Docker.RunAsync(Folder, ["run", "--detach", "--name", container, "--health-interval", "1s", "--health-retries", "1", "--health-start-period", "0s", .. tight, container]);
            await BecomesAsync(container, "unhealthy");
            Assert.Contains("lacks migrations", (await Docker.InspectAsync(container)).GetProperty("State").GetProperty("Health").GetProperty("Log")[0].GetProperty("Output").GetString());
            await Docker.RunAsync(Folder, ["run", "--rm", .. tight, container, "migrate"]);
            await BecomesAsync(container, "healthy");

            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            using var ready = await http.GetAsync("health/ready", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);

            var state = await Docker.InspectAsync(container);
            Assert.True(state.GetProperty("HostConfig").GetProperty("ReadonlyRootfs").GetBoolean());
            Assert.Equal(User, state.GetProperty("Config").GetProperty("User").GetString());
            Assert.Contains("DOTNET_EnableDiagnostics=0", state.GetProperty("Config").GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()));
            Assert.Equal([User], (await Docker.RunAsync(Folder, "top", container, "-eo", "uid,pid")).Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]).Distinct());

            // It was asked to stop, and did.
            await Docker.RunAsync(Folder, "stop", "--time", "30", container);
            Assert.Equal(0, (await Docker.InspectAsync(container)).GetProperty("State").GetProperty("ExitCode").GetInt32());
        }
        finally
        {
            await Docker.RemoveAsync(container);
        }
    }

    /// <summary>Whether the code of the service is native in the image, too.</summary>
    async Task<bool> IsCompiledAheadOfTimeAsync(string image, string assembly)
    {
        var container = $"{image}-files";
        await Docker.RunAsync(Folder, "create", "--name", container, image);
        try
        {
            await Docker.RunAsync(Folder, "cp", $"{container}:/app/{assembly}", assembly);
        }
        finally
        {
            await Docker.RemoveAsync(container);
        }

        await using var file = File.OpenRead(Path.Combine(Folder, assembly));
        using var reader = new PEReader(file);
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    async Task BecomesAsync(string container, string health)
    {
        var last = "";
        for (var seconds = 0; seconds < 60; seconds++)
        {
            last = await Docker.RunAsync(Folder, "inspect", "--format", "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}", container);
            if (last == $"running {health}")
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.Fail($"The container is {last} and not {health}; it printed:\n{await Docker.RunAsync(Folder, "logs", container)}");
    }
}
