namespace GoldenService.Tests;

using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Keeps the statements that requests cause, to whichever service of the tests, with the parameters that each had first.</summary>
internal sealed class RequestStatements : DbCommandInterceptor
{
    private static readonly HttpContextAccessor Request = new();

    public static ConcurrentDictionary<string, DbParameter[]> All { get; } = new();

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        // What tests ask the database themselves, and migrations, are no business of the service.
        if (Request.HttpContext is not null)
        {
            All.TryAdd(result.CommandText, [.. result.Parameters.Cast<DbParameter>()]);
        }

        return result;
    }
}
