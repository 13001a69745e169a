namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>
/// A span and a measurement for every statement, by OpenTelemetry's semantic conventions for database clients. Statements
/// have placeholders for their parameters; the values are left out. A statement outside any recorded span, such as one of
/// the service's upkeep, has no span: it would be a trace of its own.
/// </summary>
public sealed partial class DatabaseTelemetry(IMeterFactory meters) : DbCommandInterceptor
{
    private static readonly string? Version = Telemetry.VersionOf(typeof(DatabaseTelemetry).Assembly);
    private static readonly ActivitySource Source = new("GoldenService.Database", Version);

    // Values are parameters, so there are no more statements than the code has.
    private static readonly ConcurrentDictionary<string, Summary> Summaries = new();

    private readonly Histogram<double> duration = meters.Create("GoldenService.Database", Version).CreateHistogram(
        "db.client.operation.duration",
        unit: "s",
        description: "Duration of database client operations.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    /// <summary>Executes a statement that EF Core does not see, once or as a batch.</summary>
    /// <param name="times">How many times it is executed. One that takes many rows at once is executed once.</param>
    public async Task ExecuteAsync(DbConnection connection, string sql, Func<Task> execute, int times = 1)
    {
        var (start, ticks) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        try
        {
            await execute();
            Record(connection, sql, start, Stopwatch.GetElapsedTime(ticks), times: times);
        }
        catch (Exception exception)
        {
            Record(connection, sql, start, Stopwatch.GetElapsedTime(ticks), exception, times);
            throw;
        }
    }

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Record(command.Connection, command.CommandText, eventData.StartTime, eventData.Duration);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ReaderExecuted(command, eventData, result));

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Record(command.Connection, command.CommandText, eventData.StartTime, eventData.Duration);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(NonQueryExecuted(command, eventData, result));

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Record(command.Connection, command.CommandText, eventData.StartTime, eventData.Duration);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ScalarExecuted(command, eventData, result));

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        Record(command.Connection, command.CommandText, eventData.StartTime, eventData.Duration, eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }

    private void Record(DbConnection? connection, string sql, DateTimeOffset start, TimeSpan elapsed, Exception? exception = null, int times = 1)
    {
        var isTraced = Activity.Current is { Recorded: true } && Source.HasListeners();
        if (!isTraced && !duration.Enabled)
        {
            return;
        }

        var summary = Summaries.GetOrAdd(sql, Summarize);
        var size = summary.Statements * times;
        var name = size > 1 ? summary.OfBatch : summary.Text;
        var tags = new TagList
        {
            { "db.system.name", Database.SystemName },
            { "db.namespace", connection?.Database },
            { "db.query.summary", name },
        };
        if (Database.ServerOf(connection) is var (address, port))
        {
            tags.Add("server.address", address);
            if (port is not null)
            {
                tags.Add("server.port", port);
            }
        }

        if (exception is not null)
        {
            tags.Add("error.type", exception.GetType().FullName);
            if (Database.StatusCode(exception) is { } code)
            {
                tags.Add("db.response.status_code", code);
            }
        }

        using var activity = isTraced ? Source.StartActivity(name, ActivityKind.Client, default(ActivityContext), tags, startTime: start) : null;
        duration.Record(elapsed.TotalSeconds, tags);
        if (activity is null)
        {
            return;
        }

        activity.SetEndTime(start.UtcDateTime + elapsed);
        activity.SetTag("db.query.text", sql);
        activity.SetTag("db.operation.batch.size", size > 1 ? size : null);
        activity.SetStatus(exception is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
    }

    private static Summary Summarize(string sql)
    {
        string[] all = [.. sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SummarizeOne)];
        var batch = all.Distinct().Count() == 1 ? $"BATCH {all[0]}" : "BATCH";
        return new(all.Length, all is [var one] ? one : batch, batch);
    }

    private static string SummarizeOne(string statement)
    {
        var operation = Operation().Match(statement).Value.ToUpperInvariant();
        var table = Table().Match(statement);
        return table.Success ? $"{operation} {table.Groups[1].Value}" : operation;
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Operation();

    [GeneratedRegex("""\b(?:FROM|INTO|UPDATE|COPY)\s+"?(\w+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Table();

    /// <summary>What a command does, in few enough words to group by: the operation and the table that it begins with.</summary>
    /// <param name="Statements">How many the command has; EF Core saves several changes in one where the database allows it.</param>
    /// <param name="Text">The command, executed once.</param>
    /// <param name="OfBatch">The command, executed many times.</param>
    private sealed record Summary(int Statements, string Text, string OfBatch);
}
