namespace GoldenService.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

/// <summary>The connection string that the configuration has now: its password may change while the service runs.</summary>
internal sealed partial class CurrentConnectionString
{
    private readonly IConfiguration configuration;
    private readonly IHostEnvironment environment;
    private readonly ILogger<CurrentConnectionString> logger;
    private volatile string value;

    public CurrentConnectionString(IConfiguration configuration, IHostEnvironment environment, ILogger<CurrentConnectionString> logger)
    {
        this.configuration = configuration;
        this.environment = environment;
        this.logger = logger;
        value = Read();
        ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public string Value => value;

    private string Read() => Database.Normalize(configuration.GetConnectionString("Database"), environment);

    private void Reload()
    {
        try
        {
            value = Read();
        }
        catch (SettingException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} The service goes on with the one it had.")]
    private partial void LogUnusable(string reason);
}
