namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

/// <summary>Tells whoever starts the service why it does not run: one sentence, and no stack trace for what is no defect of the code.</summary>
public static class StartFailure
{
    /// <returns>The sentence, or null where the failure is a defect.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingException => exception.Message,
        InvalidDataException => $"{exception.Message} {exception.GetBaseException().Message}",
        IOException { InnerException: not null } => $"The service cannot listen: {exception.Message} Free the address, or set another by ASPNETCORE_URLS or --urls.",
        SocketException => $"The service cannot listen: {exception.Message}. Set another address by ASPNETCORE_URLS or --urls.",
        InvalidOperationException when exception.Message.Contains("No server certificate was specified", StringComparison.Ordinal) =>
            "The service has no certificate for HTTPS: set Kestrel:Certificates:Default:Path and Kestrel:Certificates:Default:Password, or an http address by ASPNETCORE_URLS or --urls.",
        { StackTrace: { } trace } when trace.Contains("Kestrel.Core.Internal.Certificates", StringComparison.Ordinal) || trace.Contains("Kestrel.Https", StringComparison.Ordinal) =>
            $"The certificate for HTTPS cannot be used: {exception.Message} Set Path and Password, or Path and KeyPath, of Kestrel:Certificates:Default.",
        FormatException or InvalidOperationException when exception.Source is "Microsoft.AspNetCore.Server.Kestrel.Core" or "Microsoft.AspNetCore.Http" =>
            $"The service cannot listen: {exception.Message} Set another address by ASPNETCORE_URLS or --urls.",
        _ => null,
    };
}
