namespace GoldenService.Api;

using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Opens connections by the connection string that the configuration has now, since its password may change while the
/// service runs. Those that are open stay as they are.
/// </summary>
internal sealed partial class ConnectionStringReload : DbConnectionInterceptor
{
    private readonly IConfiguration configuration;
    private readonly ILogger<ConnectionStringReload> logger;
    private volatile string current;

    public ConnectionStringReload(IConfiguration configuration, ILogger<ConnectionStringReload> logger)
    {
        this.configuration = configuration;
        this.logger = logger;
        current = Read();
        ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        if (connection.ConnectionString != current)
        {
            connection.ConnectionString = current;
        }

        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        new(ConnectionOpening(connection, eventData, result));

    private string Read() => Sqlite.Normalize(configuration.GetConnectionString("Orders"));

    private void Reload()
    {
        try
        {
            current = Read();
        }
        catch (SettingException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} The service goes on with the one it had.")]
    private partial void LogUnusable(string reason);
}
