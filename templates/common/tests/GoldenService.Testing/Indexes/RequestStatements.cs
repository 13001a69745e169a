namespace GoldenService.Testing;

using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Keeps the statements of all services of the tests, with the parameters that each had first.</summary>
public sealed class RequestStatements : DbCommandInterceptor
{
    public static ConcurrentDictionary<string, DbParameter[]> All { get; } = new();

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        // What a test itself asks the database is not the service's.
        if (!Service.IsAsking)
        {
            All.TryAdd(result.CommandText, [.. result.Parameters.Cast<DbParameter>()]);
        }

        return result;
    }
}
