namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

/// <summary>
/// The folder that has appsettings.json, and that relative paths in settings start from: the folder of the program, wherever systemd or cron starts
/// it. The framework takes the current folder, and so does this where that has the project, as with `dotnet run` and `dotnet ef`.
/// </summary>
public static class ContentRoot
{
    /// <summary>Options of a builder with this folder, unless --contentRoot or ASPNETCORE_CONTENTROOT names another.</summary>
    public static WebApplicationOptions OptionsFor(string[] args)
    {
        var host = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build();
        var program = host[HostDefaults.ApplicationKey] ?? Assembly.GetEntryAssembly()?.GetName().Name;
        var frameworkFindsIt = host[HostDefaults.ContentRootKey] is not null || File.Exists($"{program}.csproj");
        return new() { Args = args, ContentRootPath = frameworkFindsIt ? null : AppContext.BaseDirectory };
    }
}
