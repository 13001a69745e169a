namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>
/// A span and a measurement for every statement, after OpenTelemetry's semantic conventions for database clients.
/// Statements have placeholders for their parameters; the values are not told.
/// </summary>
public sealed partial class DatabaseTelemetry(IMeterFactory meters) : DbCommandInterceptor
{
    private static readonly ActivitySource Source = new("GoldenService.Database");

    // Values are parameters, so there are no more statements than the code has.
    private static readonly ConcurrentDictionary<string, string> Summaries = new();

    private readonly Histogram<double> duration = meters.Create("GoldenService.Database").CreateHistogram(
        "db.client.operation.duration",
        unit: "s",
        description: "Duration of database client operations.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    /// <summary>Executes a batch of rows that passes EF Core by, and tells of it as of a statement.</summary>
    public async Task BatchAsync(DbConnection connection, string sql, int size, Func<Task> execute)
    {
        var (start, ticks) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        try
        {
            await execute();
            Record(connection, sql, start, Stopwatch.GetElapsedTime(ticks), size: size);
        }
        catch (Exception exception)
        {
            Record(connection, sql, start, Stopwatch.GetElapsedTime(ticks), exception, size);
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

    private void Record(DbConnection? connection, string sql, DateTimeOffset start, TimeSpan elapsed, Exception? exception = null, int? size = null)
    {
        // Nobody listens: it costs nothing.
        if (!Source.HasListeners() && !duration.Enabled)
        {
            return;
        }

        var summary = Summary(sql);
        var tags = new TagList
        {
            { "db.system.name", Database.SystemName },
            { "db.namespace", connection?.Database },
            { "db.query.summary", summary },
        };
        if (exception is not null)
        {
            tags.Add("error.type", exception.GetType().FullName);
        }

        using var activity = Source.StartActivity(summary, ActivityKind.Client, default(ActivityContext), tags, startTime: start);
        duration.Record(elapsed.TotalSeconds, tags);
        if (activity is null)
        {
            return;
        }

        activity.SetEndTime(start.UtcDateTime + elapsed);
        activity.SetTag("db.query.text", sql);
        activity.SetTag("db.operation.batch.size", size);
        if (exception is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("db.response.status_code", Database.StatusCode(exception));
        }
    }

    /// <summary>The operation and the table that it begins with: few enough to group by.</summary>
    private static string Summary(string sql) => Summaries.GetOrAdd(sql, Summarize);

    private static string Summarize(string sql)
    {
        var operation = Operation().Match(sql).Value.ToUpperInvariant();
        var table = Table().Match(sql);
        return table.Success ? $"{operation} {table.Groups[1].Value}" : operation;
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Operation();

    [GeneratedRegex("""\b(?:FROM|INTO|UPDATE|COPY)\s+"?(\w+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Table();
}
