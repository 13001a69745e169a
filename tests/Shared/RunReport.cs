using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Services;

namespace Golden.Templates.Tests;

/// <summary>What one class of tests did.</summary>
/// <param name="Seconds">The sum of its tests, which run beside others and wait for them.</param>
/// <param name="CoreSeconds">What its commands took, times the cores that they had.</param>
/// <param name="Reasons">Why tests were skipped.</param>
/// <param name="Failures">What failed: the command that repeats it, and its message.</param>
sealed record RunStep(string Name, int Passed, int Failed, int Skipped, double Seconds, double CoreSeconds, IReadOnlyList<string> Reasons, IReadOnlyList<RunFailure> Failures);

/// <param name="Command">Repeats it.</param>
sealed record RunFailure(string Command, string Message);

/// <summary>How often a value of an option was looked at by a step, such as "built".</summary>
sealed record RunValue(string Template, string Option, string Step, int Count);

/// <summary>A combination of options that was built for real.</summary>
/// <param name="Tests">Which of its own tests ran.</param>
sealed record RunBuild(string Command, double BuildSeconds, double TestSeconds, string Tests);

/// <summary>What one project of tests did in one run.</summary>
sealed record RunStage(string Name, DateTime At, double Seconds, IReadOnlyList<RunStep> Steps, IReadOnlyList<RunValue> Values, IReadOnlyList<RunBuild>? Builds);

/// <summary>
/// Writes what a run did: artifacts/verification.md and artifacts/verification.html have a row for each class of tests of the last runs of all projects, and
/// a table of what was done with each value of each option.
/// </summary>
sealed class RunReport : IDataConsumer, ITestSessionLifetimeHandler, IDisposable
{
    public static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "verification");

    static readonly ConcurrentDictionary<(string Template, string Option, string Step), int> Values = new();
    static readonly ConcurrentBag<RunBuild> Builds = [];

    readonly DateTime _started = DateTime.UtcNow;
    readonly ConcurrentDictionary<string, ConcurrentBag<(string State, string Filter, double Seconds, string? Reason)>> _tests = new();
    readonly ConcurrentDictionary<string, string> _running = new();
    Timer? _progress;

    public string Uid => nameof(RunReport);

    public string Version => "1.0.0";

    public string DisplayName => "Report of the run";

    public string Description => "Writes what the run did to artifacts/verification.md and artifacts/verification.html.";

    public Type[] DataTypesConsumed { get; } = [typeof(TestNodeUpdateMessage)];

    /// <summary>Called by the entry point that the testing platform generates.</summary>
    public static void AddExtensions(ITestApplicationBuilder builder, string[] _)
    {
        var report = new CompositeExtensionFactory<RunReport>(() => new RunReport());
        builder.TestHost.AddDataConsumer(report);
        builder.TestHost.AddTestSessionLifetimeHandler(report);
    }

    /// <summary>Notes that something was done with an output of these options; a value may be several, separated by |.</summary>
    public static void Add(string step, string template, IEnumerable<(string Name, string Value)> options)
    {
        foreach (var option in options.Where(option => option.Name != "http-port").SelectMany(option => option.Value.Split('|').Select(value => $"--{option.Name} {value.ToLowerInvariant()}")).Prepend(""))
        {
            Values.AddOrUpdate((template, option, step), 1, (_, count) => count + 1);
        }
    }

    public static void Add(RunBuild build) => Builds.Add(build);

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        var node = ((TestNodeUpdateMessage)value).TestNode;
        var state = node.Properties.SingleOrDefault<TestNodeStateProperty>();
        if (state is InProgressTestNodeStateProperty)
        {
            _running[node.Uid.Value] = node.DisplayName;
        }
        else
        {
            _running.TryRemove(node.Uid.Value, out _);
        }

        if (state is PassedTestNodeStateProperty or FailedTestNodeStateProperty or ErrorTestNodeStateProperty or SkippedTestNodeStateProperty or TimeoutTestNodeStateProperty)
        {
            var method = node.Properties.SingleOrDefault<TestMethodIdentifierProperty>();
            var type = method?.TypeName.Split('.', '+')[^1] ?? node.DisplayName;
            var seconds = node.Properties.SingleOrDefault<TimingProperty>()?.GlobalTiming.Duration.TotalSeconds ?? 0;
            _tests.GetOrAdd(type, _ => []).Add((state switch { PassedTestNodeStateProperty => "passed", SkippedTestNodeStateProperty => "skipped", _ => "failed" }, Filter(node, type, method?.MethodName), seconds, Explanation(state)));
        }

        return Task.CompletedTask;
    }

    public Task OnTestSessionStartingAsync(ITestSessionContext testSessionContext)
    {
        Directory.CreateDirectory(Folder);
        _progress = new Timer(_ => WriteProgress(), null, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public async Task OnTestSessionFinishingAsync(ITestSessionContext testSessionContext)
    {
        if (_tests.IsEmpty)
        {
            return;
        }

        var stage = new RunStage(
            Repository.Stage,
            _started,
            (DateTime.UtcNow - _started).TotalSeconds,
            [.. _tests.Select(step => Step(step.Key, [.. step.Value])).OrderByDescending(step => Math.Max(step.CoreSeconds, step.Seconds))],
            [.. Values.Select(value => new RunValue(value.Key.Template, value.Key.Option, value.Key.Step, value.Value))],
            [.. Builds.OrderBy(build => build.Command, StringComparer.Ordinal)]);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{stage.Name}.json"), JsonSerializer.Serialize(stage));

        var stages = Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(file => JsonSerializer.Deserialize<RunStage>(File.ReadAllText(file))!).ToList();
        await File.WriteAllTextAsync(Folder + ".md", RunTables.Markdown(stages));
        await File.WriteAllTextAsync(Folder + ".html", RunTables.Html(stages));
    }

    public void Dispose() => _progress?.Dispose();

    static string? Explanation(TestNodeStateProperty state) => state switch
    {
        FailedTestNodeStateProperty { Exception: { } failure } => failure.Message,
        ErrorTestNodeStateProperty { Exception: { } error } => error.Message,
        _ => state.Explanation,
    };

    static string Why(string? reason) => reason switch
    {
        null => "no reason is given",
        _ when reason.StartsWith("Not run", StringComparison.Ordinal) => "it runs at night, or by hand",
        _ => reason,
    };

    /// <summary>What runs just this test again: a row of several has a trait of its own.</summary>
    static string Filter(TestNode node, string type, string? method) => node.Properties.OfType<TestMetadataProperty>().FirstOrDefault(property => property.Key is "Row" or "Pairs") switch
    {
        { Key: "Pairs" } template => $"--explicit only --filter-trait \"Pairs={template.Value}\"",
        { } row => $"--filter-trait \"Row={row.Value}\"",
        null => $"--filter-method \"*.{type}.{method}\"",
    };

    /// <summary>One line, in a file of the stage in artifacts/verification: `dotnet test` shows nothing of what its projects print.</summary>
    void WriteProgress()
    {
        var tests = _tests.Values.SelectMany(tests => tests).ToList();
        var running = _running.Values.Select(name => string.Join('.', name.Split('(')[0].Split('.').TakeLast(2))).Distinct().ToList();
        try
        {
            File.WriteAllText(
                Path.Combine(Folder, $"{Repository.Stage}.progress"),
                $"{Repository.Stage}: {tests.Count} tests ended, {tests.Count(test => test.State == "failed")} of them failed, after {DateTime.UtcNow - _started:h\\:mm\\:ss}; running {string.Join(", ", running.Take(3))}{(running.Count > 3 ? $" and {running.Count - 3} more" : "")}\n");
        }
        catch (IOException)
        {
            // Somebody reads it: the next line comes soon.
        }
    }

    static RunStep Step(string name, IReadOnlyList<(string State, string Filter, double Seconds, string? Reason)> tests) => new(
        name,
        tests.Count(test => test.State == "passed"),
        tests.Count(test => test.State == "failed"),
        tests.Count(test => test.State == "skipped"),
        tests.Sum(test => test.Seconds),
        CommandLog.CoreSeconds(name),
        [.. tests.Where(test => test.State == "skipped").Select(test => Why(test.Reason)).Distinct()],
        [.. tests.Where(test => test.State == "failed").Select(test => new RunFailure($"dotnet run --project tests/Golden.Templates.{Repository.Stage} -- {test.Filter}", OneLine(test.Reason)))]);

    /// <summary>The message of a failure, as far as a list has room for it.</summary>
    static string OneLine(string? message)
    {
        var line = string.Join(' ', (message ?? "no message").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 600 ? line : $"{line[..600]} …";
    }
}

/// <summary>The tables of a run, for readers of text and of a page.</summary>
static class RunTables
{
    static readonly string[] Columns = ["step", "tests", "failed", "skipped", "s", "core s"];
    static readonly string[] BuildColumns = ["combination", "build, s", "tests, s", "tests that ran"];

    public static string Markdown(IReadOnlyList<RunStage> stages) => string.Join('\n', [
        "# The last run", "",
        .. stages.SelectMany(stage => (string[])[$"## {Title(stage)}", "", .. Table(Columns, Rows(stage)), "", .. Reasons(stage).Select(reason => $"- {reason}"), .. Failures(stage).Select(failure => $"- failed: {failure.Message}\n  Repeat it: `{failure.Command}`"), ""]),
        .. stages.Any(stage => stage.Builds is { Count: > 0 }) ? (string[])["## What was built for real", "", .. Table(BuildColumns, Builds(stages)), ""] : [],
        .. stages.Any(stage => stage.Values.Count > 0) ? (string[])["## What was done with each option", ""] : [],
        .. Matrices(stages).SelectMany(matrix => (string[])[$"### {matrix.Template}", "", .. Table(matrix.Columns, matrix.Rows), ""]),
    ]);

    public static string Html(IReadOnlyList<RunStage> stages) => $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>The last run</title>
        <style>
          body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; color: #1b1f24 }
          table { border-collapse: collapse; margin: .5rem 0 1.5rem }
          th, td { padding: .15rem .8rem; border-bottom: 1px solid #d8dee4; text-align: right; font-variant-numeric: tabular-nums }
          th:first-child, td:first-child { text-align: left }
          .failed { color: #b3261e; font-weight: 600 }
          .none { color: #8c959f }
        </style>
        <h1>The last run</h1>
        {{string.Concat(stages.Select(stage => $"<h2>{Text(Title(stage))}</h2>\n{Page(Columns, Rows(stage))}\n<ul>{string.Concat(Reasons(stage).Select(reason => $"<li>{Text(reason)}</li>"))}{string.Concat(Failures(stage).Select(failure => $"<li class=\"failed\">failed: {Text(failure.Message)}<br>Repeat it: <code>{Text(failure.Command)}</code></li>"))}</ul>\n"))}}
        <h2>What was built for real</h2>
        {{Page(BuildColumns, Builds(stages))}}
        <h2>What was done with each option</h2>
        {{string.Concat(Matrices(stages).Select(matrix => $"<h3>{Text(matrix.Template)}</h3>\n{Page(matrix.Columns, matrix.Rows)}\n"))}}
        </html>
        """;

    static string Title(RunStage stage) => string.Create(
        CultureInfo.InvariantCulture,
        $"{stage.Name}: {stage.Steps.Sum(step => step.Passed)} passed, {stage.Steps.Sum(step => step.Failed)} failed, {stage.Steps.Sum(step => step.Skipped)} skipped in {stage.Seconds / 60:0.0} minutes, at {stage.At:yyyy-MM-dd HH:mm} UTC");

    static IEnumerable<string[]> Rows(RunStage stage) => stage.Steps.Select(step => (string[])
        [step.Name, $"{step.Passed + step.Failed + step.Skipped}", $"{step.Failed}", $"{step.Skipped}", Seconds(step.Seconds), step.CoreSeconds > 0 ? Seconds(step.CoreSeconds) : ""]);

    static IEnumerable<string[]> Builds(IReadOnlyList<RunStage> stages) =>
        stages.SelectMany(stage => stage.Builds ?? []).Select(build => (string[])[build.Command, Seconds(build.BuildSeconds), Seconds(build.TestSeconds), build.Tests]);

    static IEnumerable<string> Reasons(RunStage stage) => stage.Steps.SelectMany(step => step.Reasons.Select(reason => $"{step.Name}, skipped: {reason}"));

    static IEnumerable<RunFailure> Failures(RunStage stage) => stage.Steps.SelectMany(step => step.Failures);

    /// <summary>A row for each value of each option, a column for each step.</summary>
    static IEnumerable<(string Template, string[] Columns, IEnumerable<string[]> Rows)> Matrices(IReadOnlyList<RunStage> stages)
    {
        var values = stages.SelectMany(stage => stage.Values).ToList();
        foreach (var template in values.GroupBy(value => value.Template).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string[] steps = [.. template.Select(value => value.Step).Distinct()];
            yield return (
                template.Key,
                ["option", .. steps],
                template.GroupBy(value => value.Option).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(option => (string[])[option.Key.Length == 0 ? "all" : option.Key, .. steps.Select(step => $"{option.Where(value => value.Step == step).Sum(value => value.Count)}")]));
        }
    }

    static IEnumerable<string> Table(string[] columns, IEnumerable<string[]> rows) =>
        [Line(columns), Line(columns.Select((_, index) => index == 0 ? "---" : "---:")), .. rows.Select(Line)];

    static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    static string Page(string[] columns, IEnumerable<string[]> rows) =>
        $"<table><tr>{string.Concat(columns.Select(column => $"<th>{Text(column)}</th>"))}</tr>{string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Zip(columns, Cell))}</tr>"))}</table>";

    static string Cell(string cell, string column) => (cell, column) switch
    {
        ("0", _) => "<td class=\"none\">0</td>",
        (_, "failed") => $"<td class=\"failed\">{Text(cell)}</td>",
        _ => $"<td>{Text(cell)}</td>",
    };

    static string Text(string text) => WebUtility.HtmlEncode(text);

    static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);
}
