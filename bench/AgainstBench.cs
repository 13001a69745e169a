namespace Golden.Templates.Bench;

/// <summary>The medians of one measurement. "Again" is the earlier state once more, as processes of their own: it differs from "then" by noise alone.</summary>
sealed record AgainstRow(string What, string Unit, double Now, double Then, double Again)
{
    public double Ratio => Now / Then;

    public double Noise => Again / Then;
}

/// <param name="Now">The commit of the working tree.</param>
/// <param name="Then">The commit that it is compared with.</param>
sealed record AgainstResult(string Now, string Then, IReadOnlyList<AgainstRow> Rows);

/// <summary>
/// Compares the templates of the working tree with those of an earlier commit, in one run. Each state is packed and its services are published.
/// In every round each side has its turn: the working tree, the earlier state, and the earlier state again, as processes and with databases of their own.
/// </summary>
sealed class AgainstBench(Workspace now, Workspace then, double seconds, int rounds, CancellationToken cancellation)
{
    private readonly Workspace[] sides = [now, then, then];

    /// <summary>Checks the commit out for the time of the run, measures, and writes the results.</summary>
    public static async Task RunAsync(string commit, string[] providers, double seconds, int rounds, CancellationToken cancellation)
    {
        var head = Git("rev-parse", "--short", "HEAD") + (Git("status", "--porcelain", "--untracked-files=no", "--", "templates") is "" ? "" : " with uncommitted changes");
        var earlier = Resolve(commit);
        Commands.Need("wrk");
        if (Git("ls-files", "--others", "--exclude-standard", "--", "templates") is not "" and var untracked)
        {
            Commands.Say($"left out, because git does not track them: {untracked.ReplaceLineEndings(", ")}");
        }

        Commands.Say($"{head} against {earlier}, about this long on two cores: build 4 minutes, {string.Join(", ", providers.Select(provider => $"{provider} 11 minutes"))}");
        using var checkout = new TemporaryCheckout(earlier);
        using var now = new Workspace();
        using var then = new Workspace(checkout.Folder);
        var bench = new AgainstBench(now, then, seconds, rounds, cancellation);

        var rows = new List<AgainstRow>();
        var versions = new Dictionary<string, string>();
        foreach (var provider in providers)
        {
            using var databases = new BenchDatabases(now, provider);
            versions[provider] = databases.Version;
            rows.AddRange(await bench.MeasureApiAsync(databases, provider));
            Write();
            rows.AddRange(await bench.MeasureWorkerAsync(databases, provider));
            Write();
        }

        rows.AddRange(await bench.MeasureBuildAsync());
        Write();
        Commands.Say("docs/performance.md is written");

        // After each part, so that a failure of the next one does not lose it.
        void Write()
        {
            Results.Write("against", versions, new AgainstResult(head, earlier, rows));
            Report.Write();
            Console.WriteLine($"{head} against {earlier}\n\n{Report.Against(rows)}");
        }
    }

    private async Task<IReadOnlyList<AgainstRow>> MeasureApiAsync(BenchDatabases databases, string provider)
    {
        await using var api = new GoldenApi(now);
        var jit = Publish(workspace => workspace.PublishGolden($"golden-{provider}", Options(workspace, "webapi-golden", provider)));
        var readyToRun = Publish(workspace => workspace.PublishGolden($"golden-{provider}", Options(workspace, "webapi-golden", provider), StartBench.ReadyToRun));

        // The tables may differ, so each state makes its own; the rows in them are the same.
        var orders = Create(databases, "orders", (side, database) =>
        {
            api.Migrate(jit[side], database);
            database.Seed(0, LoadBench.Orders);
        });
        var settings = orders.Select(database => api.Settings(database)).ToArray();
        var first = BenchDatabase.IdOf(0).ToString();
        var request = StartBench.Request(first, api.Token());
        var rows = new List<AgainstRow>();
        foreach (var (name, assemblies) in new[] { ("ReadyToRun", readyToRun), ("JIT", jit) })
        {
            var starts = await AlternateAsync($"{provider}: starts of the web API, {name}", 2 * rounds, (side, _) =>
                Task.FromResult(StartBench.Measure(assemblies[side], settings[side], now.Path("start.log"), request, "HTTP/1.1 200", first)));
            rows.Add(Row($"{provider}: start of the web API, {name}", "ms", starts, milliseconds => milliseconds));
        }

        var requests = LoadBench.WriteRequests(now, api, orders[0]);
        using var nowService = await StartAsync("api", jit, settings, 0);
        using var thenService = await StartAsync("api", jit, settings, 1);
        using var againService = await StartAsync("api", jit, settings, 2);
        RunningService[] services = [nowService, thenService, againService];
        foreach (var (operation, title) in LoadBench.Operations)
        {
            var loads = await AlternateAsync($"{provider}: {title}", rounds, (side, round) =>
                Task.FromResult(Wrk.Run(now, services[side], requests[operation], round == 0 ? 2 * seconds : seconds)));
            rows.Add(Row($"{provider}: {title}", "requests/s", loads, load => load.RequestsPerSecond));
            rows.Add(Row($"{provider}: {title}, p99", "ms", loads, load => load.P99Milliseconds));
            rows.Add(Row($"{provider}: {title}, CPU of a request", "µs", loads, load => load.CpuMicroseconds));
        }

        rows.Add(Memory($"{provider}: memory of the web API at its most", services));
        return rows;
    }

    private async Task<IReadOnlyList<AgainstRow>> MeasureWorkerAsync(BenchDatabases databases, string provider)
    {
        await using var worker = new GoldenWorker(now);
        var assemblies = Publish(workspace => workspace.PublishGoldenWorker($"worker-{provider}", Options(workspace, "worker-golden", provider), StartBench.ReadyToRun));
        var shipments = Create(databases, "shipments", (side, database) => worker.Migrate(assemblies[side], database));
        var settings = shipments.Select(database => worker.Settings(database)).ToArray();
        var starts = await AlternateAsync($"{provider}: starts of the worker", 2 * rounds, (side, _) =>
            Task.FromResult(StartBench.Measure(assemblies[side], settings[side], now.Path("start.log"), Webhooks.Sign(worker.Secret, "close"), "HTTP/1.1 202", "messageId")));

        using var nowService = await StartAsync("worker", assemblies, settings, 0);
        using var thenService = await StartAsync("worker", assemblies, settings, 1);
        using var againService = await StartAsync("worker", assemblies, settings, 2);
        RunningService[] services = [nowService, thenService, againService];
        var loads = await AlternateAsync($"{provider}: webhooks", rounds, async (side, round) =>
        {
            // The runtime compiles hot code again until some tens of thousands have passed.
            var (load, _) = await Webhooks.RunAsync(services[side], worker.Secret, Math.Min(seconds, 3) * (round == 0 ? 4 : 1), () =>
            {
                // A worker that Ctrl+C has stopped works nothing off.
                cancellation.ThrowIfCancellationRequested();
                return ThroughputBench.CountPending(shipments[side]);
            });
            return load;
        });
        return
        [
            Row($"{provider}: start of the worker, ReadyToRun", "ms", starts, milliseconds => milliseconds),
            Row($"{provider}: webhooks, to the end of the work", "messages/s", loads, load => load.ProcessedPerSecond),
            Row($"{provider}: webhooks, to the answer, p99", "ms", loads, load => load.P99Milliseconds),
            Row($"{provider}: webhooks, CPU of a message", "µs", loads, load => load.CpuMicroseconds),
            Memory($"{provider}: memory of the worker at its most", services),
        ];
    }

    /// <summary>What a developer waits for: a fresh web API with the options as they come, packages downloaded and compiler warm.</summary>
    private async Task<IReadOnlyList<AgainstRow>> MeasureBuildAsync()
    {
        using var build = new BuildServer();

        // A turn takes longest here, and one differs little from the next.
        var times = await AlternateAsync("dotnet new, build and test", Math.Min(rounds, 2), (side, round) =>
        {
            var folder = sides[side].Path($"built-{side}-{round}");
            var built = Commands.Seconds(() =>
            {
                sides[side].New(["webapi-golden", "-n", "Acme.Orders", "-o", folder, "--no-restore", .. sides[side].FullPackages("webapi-golden")]);
                build.Dotnet(folder, "build");
            });
            return Task.FromResult((Built: built, Tested: built + Commands.Seconds(() => build.Dotnet(folder, "test", "--no-build"))));
        });
        return [Row("dotnet new and build", "s", times, time => time.Built), Row("dotnet new to green tests", "s", times, time => time.Tested)];
    }

    /// <summary>Measures every side in each round, in the opposite order in the next. Round 0 warms up and does not count.</summary>
    private async Task<T[][]> AlternateAsync<T>(string what, int rounds, Func<int, int, Task<T>> measure)
    {
        var results = sides.Select(_ => new T[rounds]).ToArray();
        int[] order = [.. Enumerable.Range(0, sides.Length)];
        for (var round = 0; round <= rounds; round++)
        {
            Commands.Say(round == 0 ? $"{what}, warming up" : $"{what}, round {round} of {rounds}");
            foreach (var side in order)
            {
                cancellation.ThrowIfCancellationRequested();
                var result = await measure(side, round);
                if (round > 0)
                {
                    results[side][round - 1] = result;
                }
            }

            Array.Reverse(order);
        }

        return results;
    }

    private static AgainstRow Row<T>(string what, string unit, T[][] results, Func<T, double> value)
    {
        double[] medians = [.. results.Select(result => Statistics.Median(result.Select(value)))];
        return new(what, unit, medians[0], medians[1], medians[2]);
    }

    private static AgainstRow Memory(string what, RunningService[] services) => new(what, "MiB", services[0].PeakMegabytes, services[1].PeakMegabytes, services[2].PeakMegabytes);

    private string[] Publish(Func<Workspace, string> publish)
    {
        cancellation.ThrowIfCancellationRequested();
        var (ofNow, ofThen) = (publish(now), publish(then));
        return [ofNow, ofThen, ofThen];
    }

    private static string[] Options(Workspace workspace, string template, string provider) => ["--database", provider, .. workspace.FullPackages(template)];

    private BenchDatabase[] Create(BenchDatabases databases, string name, Action<int, BenchDatabase> fill)
    {
        BenchDatabase[] created = [.. sides.Select((_, side) => databases.Create($"{name}_{side}"))];
        foreach (var (side, database) in created.Index())
        {
            fill(side, database);
        }

        return created;
    }

    private Task<RunningService> StartAsync(string name, string[] assemblies, Dictionary<string, string>[] settings, int side) =>
        new RunningService(assemblies[side], settings[side], now.Path($"{name}-{side}.log")).ReadyAsync("health/ready");

    private static string Resolve(string commit)
    {
        try
        {
            return Git("rev-parse", "--short", "--verify", "--end-of-options", $"{commit}^{{commit}}");
        }
        catch (BenchException)
        {
            throw new BenchException($"--against: this repository has no commit '{commit}'.");
        }
    }

    private static string Git(params IEnumerable<string> arguments) => Commands.Run(Workspace.Repository, "git", arguments).TrimEnd();

    /// <summary>A commit in a folder of its own, until it is disposed of.</summary>
    private sealed class TemporaryCheckout : IDisposable
    {
        public TemporaryCheckout(string commit)
        {
            Git("worktree", "add", "--detach", Folder, commit);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("golden-then-").FullName;

        public void Dispose() => Git("worktree", "remove", "--force", Folder);
    }
}
