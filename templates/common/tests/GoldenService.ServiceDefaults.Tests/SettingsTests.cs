namespace GoldenService.ServiceDefaults.Tests;

using System;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Xunit;

public sealed class SettingsTests
{
    [Fact]
    public void Settings_are_read_in_no_culture_and_the_others_keep_their_defaults()
    {
        var limits = Read("Limits:RequestTimeoutSeconds", "1.5");

        Assert.Equal((1.5, 10.0, 1024 * 1024), (limits.RequestTimeoutSeconds, limits.HeadersTimeoutSeconds, limits.MaxBodyBytes));
    }

    [Theory]
    [InlineData("Limits:MaxBodyBytes", "a lot", "The setting Limits:MaxBodyBytes must be a whole number from 1 to 2147483647, and is 'a lot'.")]
    [InlineData("Limits:MaxBodyBytes", "0", "The setting Limits:MaxBodyBytes must be a whole number from 1 to 2147483647, and is '0'.")]
    [InlineData("Limits:MaxBodyBytes", "99999999999", "The setting Limits:MaxBodyBytes must be a whole number from 1 to 2147483647, and is '99999999999'.")]
    [InlineData("Limits:RequestTimeoutSeconds", "NaN", "The setting Limits:RequestTimeoutSeconds must be a number from 0.1 to 3600, and is 'NaN'.")]
    [InlineData("Limits:MaxBodySize", "1000", "The setting Limits:MaxBodySize is unknown; Limits has MaxBodyBytes, RequestTimeoutSeconds, HeadersTimeoutSeconds, MinBytesPerSecond.")]
    public void A_setting_that_cannot_be_is_named_with_what_it_may_be(string name, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SettingException>(() => Read(name, value)).Message);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Host=localhost")]
    public void A_connection_string_must_name_a_database(string? connectionString) =>
        Assert.StartsWith("The setting ConnectionStrings:Database must name", Assert.Throws<SettingException>(() => Database.Normalize(connectionString, new HostingEnvironment())).Message, StringComparison.Ordinal);

    private static LimitsOptions Read(string name, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build());
        services.AddLimits();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<LimitsOptions>>().Value;
    }
}
