namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[Trait("Checklist", "rate-limits")]
public sealed class SubjectRateLimitTests
{
    /// <summary>Fails when all subjects have one budget, or the limit stands before authentication.</summary>
    [Fact]
    public async Task Two_subjects_of_one_address_have_a_budget_each()
    {
        await using var limited = await StartAsync(perAddress: "1000", perSubject: "1");

        Assert.Equal((200, null), await Ask(limited, "alice"));
        Assert.Equal((429, "There are too many requests from this subject; try again in 86401 s."), await Ask(limited, "alice"));
        Assert.Equal((200, null), await Ask(limited, "bob"));
    }

    /// <summary>Fails when the address is part of the subject's key.</summary>
    [Fact]
    public async Task One_subject_at_two_addresses_has_one_budget()
    {
        await using var limited = await StartAsync(perAddress: "1000", perSubject: "1");

        Assert.Equal(200, (await Ask(limited, "alice", "192.0.2.1")).Status);
        Assert.Equal(429, (await Ask(limited, "alice", "192.0.2.2")).Status);
    }

    /// <summary>Fails when the limit by address stands after authentication: a flood of bad tokens would cost a signature each.</summary>
    [Fact]
    public async Task A_flood_of_bad_tokens_ends_before_authentication()
    {
        var looks = 0;
        await using var limited = await StartAsync(perAddress: "2", perSubject: "1000", onToken: () => looks++);

        Assert.Equal(401, (await Ask(limited, null)).Status);
        Assert.Equal(401, (await Ask(limited, null)).Status);
        Assert.Equal(429, (await Ask(limited, null)).Status);
        Assert.Equal(429, (await Ask(limited, "alice")).Status);
        Assert.Equal(2, looks);
    }

    private static Task<Service> StartAsync(string perAddress, string perSubject, Action? onToken = null) => Service.StartAsync(
        settings: new()
        {
            ["RateLimits:PerAddress"] = perAddress,
            ["RateLimits:PerSubject"] = perSubject,
            ["RateLimits:WindowSeconds"] = "86400",
            ["ForwardedHeaders:KnownProxies:0"] = "127.0.0.1",
        },
        replace: services => services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer => bearer.Events.OnMessageReceived = _ =>
        {
            onToken?.Invoke();
            return Task.CompletedTask;
        }));

    private static async Task<(int Status, string? Detail)> Ask(Service limited, string? subject, string? address = null)
    {
        var headers = new List<(string, string)> { ("Authorization", $"Bearer {(subject is null ? "bad" : Issuer.Shared.Token(subject))}") };
        if (address is not null)
        {
            headers.Add(("X-Forwarded-For", address));
        }

        limited.Http.DefaultRequestHeaders.Authorization = null;
        var answer = await limited.Send(Examples.Good, [.. headers]);
        return (answer.Status, answer.Status == 429 ? answer.Detail : null);
    }
}
