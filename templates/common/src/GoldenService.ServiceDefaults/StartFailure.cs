namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
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
        CryptographicException or IOException or UnauthorizedAccessException when exception.StackTrace?.Contains("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) is true =>
            $"The certificate for HTTPS cannot be read: {exception.Message} Set Kestrel:Certificates:Default:Path and Kestrel:Certificates:Default:Password.",
        FormatException or InvalidOperationException when exception.Source is "Microsoft.AspNetCore.Server.Kestrel.Core" or "Microsoft.AspNetCore.Http" =>
            $"The service cannot listen: {exception.Message} Set another address by ASPNETCORE_URLS or --urls.",
        _ => null,
    };
}
