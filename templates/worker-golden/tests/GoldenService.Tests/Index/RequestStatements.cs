namespace GoldenService.Tests;

using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Keeps the statements of whichever service of the tests, those of its queue too, with the parameters that each had first.</summary>
internal sealed class RequestStatements : DbCommandInterceptor
{
    public static ConcurrentDictionary<string, DbParameter[]> All { get; } = new();

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        // What tests ask the database themselves is no business of the service.
        if (!Service.IsAsking)
        {
            All.TryAdd(result.CommandText, [.. result.Parameters.Cast<DbParameter>()]);
        }

        return result;
    }
}
