namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

/// <summary>
/// Settings from mounted files, as Kubernetes, Docker, the Vault agent and the Secrets Store CSI driver leave them: the
/// file ConnectionStrings__Database has the setting ConnectionStrings:Database. They are read again when they change.
/// </summary>
public static class Secrets
{
    private const string DefaultDirectory = "/etc/secrets";

    /// <exception cref="SettingException">The folder is not there, or a file in it cannot be read.</exception>
    public static void AddSecrets(this WebApplicationBuilder builder)
    {
        var setting = builder.Configuration["Secrets:Directory"] is { Length: > 0 } named ? named : DefaultDirectory;
        var directory = Path.GetFullPath(setting, builder.Environment.ContentRootPath);
        if (!Directory.Exists(directory))
        {
            // Nobody need have secrets; but whoever names a folder has.
            if (setting == DefaultDirectory)
            {
                return;
            }

            throw new SettingException($"The setting Secrets:Directory must name a folder, and there is none at {directory}.");
        }

        // Kubernetes swaps all files at once by a symbolic link whose name begins with a dot: notifications of the file
        // system do not tell of it, so the files are looked at, every four seconds.
        var files = new PhysicalFileProvider(directory) { UsePollingFileWatcher = true, UseActivePolling = true };
        try
        {
            // The last source wins, over the environment and the command line too: a value that was left there
            // could not change while the service runs, and would hide one that does.
            builder.Configuration.AddKeyPerFile(source =>
            {
                source.FileProvider = files;
                source.ReloadOnChange = true;
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"A file of the folder {files.Root} (setting Secrets:Directory) cannot be read: {exception.Message}");
        }
    }

    /// <summary>Whether the value of a setting is a secret, which is not to be shown.</summary>
    public static bool IsSecret(this IConfiguration configuration, string name) =>
        configuration is IConfigurationRoot root
        && root.Providers.LastOrDefault(provider => provider.TryGet(name, out _)) is KeyPerFileConfigurationProvider;
}
