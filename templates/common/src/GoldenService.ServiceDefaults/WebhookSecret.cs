namespace GoldenService.ServiceDefaults;

using System;
using Microsoft.Extensions.Configuration;

/// <summary>A secret that webhooks are signed with: random bytes in base64, with whsec_ before them or without (Standard Webhooks).</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int MinBytes = 24; // Standard Webhooks has 24 to 64.

    /// <exception cref="SettingException">The setting is not such a secret.</exception>
    public static byte[] Read(IConfigurationSection setting)
    {
        var text = (setting.Value ?? "").Trim();
        text = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= MinBytes
            ? bytes[..length]
            : throw new SettingException($"The setting {setting.Path} must be at least {MinBytes} random bytes in base64, with {Prefix} before them or without; 'openssl rand -base64 32' makes one.");
    }
}
