using System.Globalization;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>Writes docs/performance.md and its charts from the results that are there; it measures nothing.</summary>
static class Report
{
    private const double LeastRequests = 1.0, MostP99 = 1.2, MostMemory = 1.3, MostStart = 0.55, MostTests = 2.0, MostGrowth = 1.2, MostGateway = 1.3, LeastMessages = 2000;

    public static void Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # Performance

            Ratios, measured side by side in one run: in every round each side has its turn, whoever comes first in a round comes last in the next, and
            the medians are compared. Below 1 the generated code is better where less is better. "Plain" is `dotnet new webapi` with plain EF Core and none
            of what the template adds: no tokens, no limits, no validation, no telemetry, no log lines. "Everything on" checks a token in each request,
            exports traces, metrics and logs by OTLP, and writes a line for each request. Load, services and database share one machine.
            `dotnet run --project bench -c Release` measures all of it anew and writes this document; the data is in `docs/performance/`.
            `dotnet run --project bench -c Release -- --against <commit>` compares the templates with those of an earlier commit instead.


            """);
        Load(text);
        Features(text);
        Gateway(text);
        Start(text);
        Throughput(text);
        WorkerStart(text);
        Tests(text);
        Growth(text);
        Build(text);
        Against(text);
        File.WriteAllText(Path.Combine(Workspace.Repository, "docs", "performance.md"), text.ToString().TrimEnd() + "\n");
    }

    private static void Load(StringBuilder text)
    {
        if (Results.Read<LoadResult[]>("load") is not { } load)
        {
            return;
        }

        Section(text, "Load", load);
        text.Append("Requests a second and p99 beside plain, and beside plain with compiled queries. \"Noise\" is plain beside itself in the same rounds.\n\n");
        Table(text, ["database", "operation", "requests/s", $"aim {N(LeastRequests)}", "noise", "beside compiled", "p99", $"aim {N(MostP99)}", "p99 noise", "medians: requests/s, p99"], load.Result.SelectMany(result => result.Rows.Select(row => (string[])
        [
            result.Database, row.Operation,
            N(row.Golden.RequestsPerSecond / row.Plain.RequestsPerSecond),
            Verdict(LeastRequests, row.Golden.RequestsPerSecond / row.Plain.RequestsPerSecond),
            N(row.Again.RequestsPerSecond / row.Plain.RequestsPerSecond),
            N(row.Golden.RequestsPerSecond / row.Compiled.RequestsPerSecond),
            N(row.Golden.P99Milliseconds / row.Plain.P99Milliseconds),
            Verdict(row.Golden.P99Milliseconds / row.Plain.P99Milliseconds, MostP99),
            N(row.Again.P99Milliseconds / row.Plain.P99Milliseconds),
            string.Create(CultureInfo.InvariantCulture, $"{row.Golden.RequestsPerSecond:N0}, {row.Golden.P99Milliseconds:0.0} ms"),
        ])));
        Table(text, ["database", "memory at its most", $"aim {N(MostMemory)}", "MiB"], load.Result.Select(result => (string[])
        [
            result.Database,
            N(result.GoldenMegabytes / result.PlainMegabytes),
            Verdict(result.GoldenMegabytes / result.PlainMegabytes, MostMemory),
            string.Create(CultureInfo.InvariantCulture, $"{result.GoldenMegabytes:N0} beside {result.PlainMegabytes:N0}"),
        ]));
        Table(text, ["database", "requests", "answered 200", "statements", "tokens taken", "with a changed signature", "refused 401", "tokens refused"], load.Result.Select(result => (string[])
        [
            result.Database, $"{result.Counted.Requests}", $"{result.Counted.Answered}", $"{result.Counted.Statements}", $"{result.Counted.TokensTaken}",
            $"{result.Counted.Requests}", $"{result.Counted.Refused}", $"{result.Counted.TokensRefused}",
        ]));
        Chart(text, "load", SvgChart.Bars("Requests a second, everything on beside plain", [.. load.Result.SelectMany(result => result.Rows.Select(row => ($"{result.Database}, {row.Operation}", row.Golden.RequestsPerSecond / row.Plain.RequestsPerSecond)))]));
    }

    private static void Features(StringBuilder text)
    {
        if (Results.Read<FeatureResult[]>("features") is not { } features)
        {
            return;
        }

        Section(text, "Cost of each feature", features);
        text.Append("CPU of the service for a read by id: everything on beside the same without one feature.\n\n");
        Table(text, ["database", "feature", "with it beside without", "cost in µs of CPU", "of"], features.Result.SelectMany(result => result.Rows.Select(row => (string[])
            [result.Database, row.Feature, N(row.With / row.Without), N0(row.With - row.Without), N0(row.With)])));
    }

    private static void Gateway(StringBuilder text)
    {
        if (Results.Read<GatewayRow[]>("gateway") is not { } gateway)
        {
            return;
        }

        Section(text, "The gateway", gateway);
        text.Append("""
            The API of a `golden` called through its gateway, with everything on, beside the same API called through YARP alone, which has one route for all paths, checks tokens, and has no limits, no
            check of requests, no telemetry and no logs of requests. CPU is that of the gateway's process at full load (16 connections); latencies are medians over one connection. "Noise" is YARP
            alone beside itself in the same rounds.


            """);
        Table(text, ["operation", "CPU beside YARP", $"aim {N(MostGateway)}", "noise", "without telemetry and log", "p50 beside YARP", $"aim {N(MostGateway)}", "noise", "CPU of the gateway, of YARP", "p50 direct, by YARP, by the gateway", "requests/s direct, by YARP, by the gateway"], gateway.Result.Select(row => (string[])
        [
            row.Operation,
            N(row.Golden.CpuMicroseconds / row.Plain.CpuMicroseconds),
            Verdict(row.Golden.CpuMicroseconds / row.Plain.CpuMicroseconds, MostGateway),
            N(row.Again.CpuMicroseconds / row.Plain.CpuMicroseconds),
            N(row.Quiet.CpuMicroseconds / row.Plain.CpuMicroseconds),
            N(row.Golden.P50Milliseconds / row.Plain.P50Milliseconds),
            Verdict(row.Golden.P50Milliseconds / row.Plain.P50Milliseconds, MostGateway),
            N(row.Again.P50Milliseconds / row.Plain.P50Milliseconds),
            $"{N0(row.Golden.CpuMicroseconds)}, {N0(row.Plain.CpuMicroseconds)} µs",
            string.Create(CultureInfo.InvariantCulture, $"{row.Direct.P50Milliseconds:0.00}, {row.Plain.P50Milliseconds:0.00}, {row.Golden.P50Milliseconds:0.00} ms"),
            $"{N0(row.Direct.RequestsPerSecond)}, {N0(row.Plain.RequestsPerSecond)}, {N0(row.Golden.RequestsPerSecond)}",
        ]));
    }

    private static void Start(StringBuilder text)
    {
        if (Results.Read<StartResult[]>("start") is not { } start)
        {
            return;
        }

        Section(text, "Cold start", start);
        text.Append("From the start of the process to the first row answered over HTTP, beside plain compiled at run time. Everything on checks the token and has an endpoint for its telemetry.\n\n");
        Table(text, ["database", "service", "beside plain", $"aim {N(MostStart)}", "median"], start.Result.SelectMany(result => result.Rows.Select(row => (string[])
        [
            result.Database, row.Service, N(result.Ratio(row.Service)),
            row.Service == StartResult.GoldenReadyToRun ? Verdict(result.Ratio(row.Service), MostStart) : "",
            $"{N0(row.Milliseconds)} ms",
        ])));
        Chart(text, "start", SvgChart.Bars("Start to the first row, beside plain", [.. start.Result.SelectMany(result => result.Rows.Select(row => ($"{result.Database}, {row.Service}", result.Ratio(row.Service))))], MostStart));
    }

    private static void Throughput(StringBuilder text)
    {
        if (Results.Read<ThroughputResult[]>("throughput") is not { } throughput)
        {
            return;
        }

        Section(text, "Webhooks through the worker", throughput);
        text.Append("""
            Messages a second, from the first webhook sent to the last worked off: signature, durable commit and 202; then the handler, whose shipment is committed with the message's
            end. Everything on, telemetry and a line in the log for each request too, except that no carrier is called; limits are raised. "Plain" is `dotnet new webapi` with plain EF Core that checks the
            signature, inserts and commits a row for each request, and has a `BackgroundService` that reads the rows one by one and commits each. "Noise" is the worker beside itself in the same rounds.
            Sender, service and database share the processors.


            """);
        Table(text, ["database", "messages/s", $"aim {N0(LeastMessages)}", "plain", "beside plain", "noise", "202 after, p50 and p99", "plain", "CPU of a message", "plain"], throughput.Result.Select(result => (string[])
        [
            result.Database,
            N0(result.Golden.ProcessedPerSecond),
            Verdict(LeastMessages, result.Golden.ProcessedPerSecond),
            N0(result.Plain.ProcessedPerSecond),
            N(result.Golden.ProcessedPerSecond / result.Plain.ProcessedPerSecond),
            N(result.Again.ProcessedPerSecond / result.Golden.ProcessedPerSecond),
            $"{N0(result.Golden.P50Milliseconds)} and {N0(result.Golden.P99Milliseconds)} ms",
            $"{N0(result.Plain.P50Milliseconds)} and {N0(result.Plain.P99Milliseconds)} ms",
            $"{N0(result.Golden.CpuMicroseconds)} µs",
            $"{N0(result.Plain.CpuMicroseconds)} µs",
        ]));
        Chart(text, "throughput", SvgChart.Bars("Messages a second, from accepted to worked off", [.. throughput.Result.SelectMany(result => new[] { ($"{result.Database}, everything on", result.Golden.ProcessedPerSecond), ($"{result.Database}, plain", result.Plain.ProcessedPerSecond) })], LeastMessages, "N0"));
    }

    private static void WorkerStart(StringBuilder text)
    {
        if (Results.Read<StartResult[]>("worker-start") is not { } start)
        {
            return;
        }

        Section(text, "Cold start of the worker", start);
        text.Append("From the start of the process to the first webhook accepted with 202, and so committed; an issuer of tokens and an endpoint for telemetry are there. A plain `dotnet new worker` has no HTTP and no database: it is measured to its first line in the log, and is no like for like.\n\n");
        Table(text, ["database", "service", "beside `dotnet new worker`", "beside compiled at run time", "median"], start.Result.SelectMany(result => result.Rows.Select(row => (string[])
        [
            result.Database, row.Service, N(result.Ratio(row.Service)),
            row.Service == WorkerStartBench.GoldenReadyToRun ? N(result.Ratio(row.Service) / result.Ratio(WorkerStartBench.GoldenJit)) : "",
            $"{N0(row.Milliseconds)} ms",
        ])));
        Chart(text, "worker-start", SvgChart.Bars("Start to the first accepted webhook, ms", [.. start.Result.SelectMany(result => result.Rows.Select(row => ($"{result.Database}, {row.Service}", row.Milliseconds)))], format: "N0"));
    }

    private static void Tests(StringBuilder text)
    {
        if (Results.Read<Beside>("tests") is not { } tests)
        {
            return;
        }

        var (what, seconds, other, otherSeconds) = tests.Result;
        Section(text, "From `dotnet new` to green tests", tests);
        text.Append("Generate, restore, build and test, with packages downloaded and the compiler warm.\n\n");
        Table(text, ["", "beside", "ratio", $"aim {N(MostTests)}", "medians"], [[what, other, N(seconds / otherSeconds), Verdict(seconds / otherSeconds, MostTests), $"{N(seconds)} s, {N(otherSeconds)} s"]]);
    }

    private static void Growth(StringBuilder text)
    {
        if (Results.Read<GrowthResult[]>("growth") is not { } growth)
        {
            return;
        }

        Section(text, "How it grows", growth);
        text.Append("Everything on, a service for each size, asked in turn by one caller who waits for each answer; orders of three lines, evenly over three years, a page of 50. ");
        text.Append(CultureInfo.InvariantCulture, $"A request is flat when it takes at most {N(MostGrowth)} times as long as at the smallest size; a report reads every order of its period.\n\n");
        foreach (var (database, rows) in growth.Result)
        {
            var first = rows[0];
            Table(text, [database, .. rows.Select(row => $"{Size(row.Orders)} orders"), .. rows.Skip(1).Select(row => $"{Size(row.Orders)} beside {Size(first.Orders)}"), "flat"],
            [
                .. first.Milliseconds.Keys.Select(name => (string[])
                [
                    name, .. rows.Select(row => $"{N(row.Milliseconds[name])} ms"), .. rows.Skip(1).Select(row => N(row.Milliseconds[name] / first.Milliseconds[name])),
                    IsReport(name) ? "" : Verdict(rows.Max(row => row.Milliseconds[name] / first.Milliseconds[name]), MostGrowth),
                ]),
                ["import, orders a second", .. rows.Select(row => N0(row.ImportedOrdersPerSecond)), .. rows.Skip(1).Select(row => N(row.ImportedOrdersPerSecond / first.ImportedOrdersPerSecond)), ""],
                ["import, rows a second", .. rows.Select(row => N0(row.ImportedOrdersPerSecond * 4)), .. rows.Skip(1).Select(row => N(row.ImportedOrdersPerSecond / first.ImportedOrdersPerSecond)), ""],
                ["size of the database", .. rows.Select(row => $"{N0(row.Megabytes)} MB"), .. rows.Skip(1).Select(_ => ""), ""],
            ]);
            var names = first.Milliseconds.Keys.Where(name => !IsReport(name));
            Chart(text, $"growth-{database}", SvgChart.Lines($"{database}: time beside {Size(first.Orders)} orders", [.. rows.Select(row => Size(row.Orders))], [.. names.Select(name => (name, (IReadOnlyList<double>)[.. rows.Select(row => row.Milliseconds[name] / first.Milliseconds[name])]))], MostGrowth));
        }
    }

    private static void Build(StringBuilder text)
    {
        if (Results.Read<Beside[]>("build") is not { } build)
        {
            return;
        }

        Section(text, "Builds", build);
        Table(text, ["what", "beside", "ratio", "medians"], build.Result.Select(row => (string[]) [row.What, row.Other, N(row.Seconds / row.OtherSeconds), $"{N(row.Seconds)} s, {N(row.OtherSeconds)} s"]));
    }

    private static void Against(StringBuilder text)
    {
        if (Results.Read<AgainstResult>("against") is not { } against)
        {
            return;
        }

        var (now, then, rows) = against.Result;
        Section(text, "Against an earlier state", against);
        text.Append(CultureInfo.InvariantCulture, $"""
            The templates at {now} against those at {then}, with services published from both packs and measured in turns, in one run: a ratio is now / then.
            More is better for requests and messages a second, and less for everything else. "Noise" is the earlier state beside itself in the same rounds.

            {Against(rows)}
            """);
    }

    /// <summary>A table that can be read on the console too.</summary>
    public static string Against(IReadOnlyList<AgainstRow> rows)
    {
        var text = new StringBuilder();
        var width = rows.Max(row => row.What.Length);
        Table(text, ["".PadRight(width), "now / then", "noise", "     now", "    then", ""], rows.Select(row => (string[])
            [row.What.PadRight(width), N(row.Ratio).PadLeft(10), N(row.Noise).PadLeft(5), Value(row.Now), Value(row.Then), row.Unit]));
        return text.ToString();

        static string Value(double value) => (value < 100 ? N(value) : N0(value)).PadLeft(8);
    }

    private static void Section<T>(StringBuilder text, string title, Measured<T> measured) =>
        text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{measured.Date}, {measured.Processors} processors, .NET {measured.Dotnet}{string.Concat(measured.Databases.Select(database => $", {database.Key} {database.Value}"))}.{(measured.Remark is { } remark ? $" **{remark}**" : "")}\n\n");

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        text.Append($"| {string.Join(" | ", head)} |\n|{string.Concat(head.Select(_ => "---|"))}\n");
        foreach (var row in rows)
        {
            text.Append($"| {string.Join(" | ", row)} |\n");
        }

        text.Append('\n');
    }

    private static void Chart(StringBuilder text, string name, string svg)
    {
        File.WriteAllText(Path.Combine(Results.Folder, $"{name}.svg"), svg);
        text.Append($"![{name}](performance/{name}.svg)\n\n");
    }

    private static bool IsReport(string name) => name is GrowthBench.ReportOfMonth or GrowthBench.ReportOfYear;

    // An aim has two decimals, and so has what is held against it.
    private static string Verdict(double less, double more) => Math.Round(less, 2) <= Math.Round(more, 2) ? "met" : "missed";

    private static string N(double number) => number.ToString("N2", CultureInfo.InvariantCulture);

    private static string N0(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long orders) => orders % 1_000_000 == 0 ? $"{orders / 1_000_000} M" : $"{orders / 1000} k";
}
