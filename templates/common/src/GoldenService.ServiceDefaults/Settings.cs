namespace GoldenService.ServiceDefaults;

using System;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

/// <summary>
/// Binds a section of the configuration to its options before the service starts. The framework's binder passes over
/// misspelt names and tells of CLR types; whoever runs the service needs the name of the setting and what it may be.
/// </summary>
public static class Settings
{
    /// <summary>Options whose properties are the settings of a section, each checked against its <see cref="RangeAttribute"/>.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>()
            .Configure<IConfiguration>((options, configuration) => Bind(options, configuration, configuration.GetSection(section)))
            .ValidateOnStart();
        return services;
    }

    private static void Bind(object options, IConfiguration configuration, IConfigurationSection section)
    {
        var properties = options.GetType().GetProperties();
        foreach (var setting in section.GetChildren())
        {
            var property = properties.FirstOrDefault(property => property.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SettingException($"The setting {setting.Path} is unknown; {section.Path} has {string.Join(", ", properties.Select(property => property.Name))}.");

            if (property.PropertyType == typeof(string[]))
            {
                property.SetValue(options, List(setting));
                continue;
            }

            var range = property.GetCustomAttribute<RangeAttribute>();
            if (!TryConvert(setting.Value, property.PropertyType, out var value) || range?.IsValid(value) is false)
            {
                var expected = range is null ? "true or false" : $"a{(property.PropertyType == typeof(double) ? "" : " whole")} number from {range.Minimum} to {range.Maximum}";
                var actual = configuration.IsSecret(setting.Path) ? "the mounted secret is not" : $"is '{setting.Value}'";
                throw new SettingException($"The setting {setting.Path} must be {expected}, and {actual}.");
            }

            property.SetValue(options, value);
        }
    }

    // In the environment a list may stand in one variable, with commas.
    private static string[] List(IConfigurationSection setting) =>
        [.. setting.GetChildren().Select(item => item.Value ?? ""), .. (setting.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool TryConvert(string? text, Type type, out object? value)
    {
        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text ?? "");
            return value is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or NotSupportedException)
        {
            value = null;
            return false;
        }
    }
}
