namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using global::GoldenService.Client;
using Microsoft.EntityFrameworkCore;
#if (postgres)
using Xunit;
#endif

/// <summary>Notes to try things with, and what the tests that are about no operation in particular ask for.</summary>
internal static class Examples
{
    /// <summary>A body that is carried out.</summary>
    public const string Body = """{"text":"Water the plants."}""";

    /// <summary>The methods of the path of <see cref="Good"/>.</summary>
    public const string Allowed = "PUT";

    /// <summary>What telemetry calls the first statement of <see cref="Item"/>.</summary>
    public const string Statement = "UPDATE notes";
#if (postgres)

    /// <summary>A table that requests read and write.</summary>
    public const string Table = "notes";
#endif

    /// <summary>A request that is carried out, as often as it is sent.</summary>
    public static Request Good => WithBody(Body);

    /// <summary>A request that does not keep to the contract.</summary>
    public static Request Bad => WithBody("""{"text":""}""") with { Status = 400 };

    /// <summary>A request for something by its id, which is not there.</summary>
    public static Request Item(Guid id) => new("PUT", "/v1/notes/{noteId}", $"/v1/notes/{id}", 200, Body);

    /// <summary>A request with a body, and the status that <see cref="Body"/> is answered with.</summary>
    public static Request WithBody(string body) => Item(Guid.NewGuid()) with { Body = body };

    /// <summary>Requests that say a text wherever a caller can.</summary>
    public static IEnumerable<Request> Saying(string text) =>
    [
        WithBody($$"""{"text":"{{text}}-text"}"""),
        WithBody($$"""{"text":"{{text.PadRight(2001)}}"}""") with { Status = 400 },
        WithBody($"{{\"{text}") with { Status = 400 },
        Good with { Path = $"{Good.Path}?limit={text}-limit", Status = 400 },
    ];

    /// <summary>A call through the client.</summary>
    public static Task CallAsync(Service service) => service.Notes.SaveNoteAsync(Guid.NewGuid(), Draft());

    /// <summary>Puts one thing into the database, through the service.</summary>
    public static Task AddAsync(Service service) => CallAsync(service);

    /// <summary>How many such things there are, as the service sees it.</summary>
    public static Task<int> CountAsync(Service service) => service.WithDatabase(db => db.Notes.CountAsync());

    /// <summary>Values of parameters, by "in name", with which every operation of the contract succeeds.</summary>
    public static async Task<Dictionary<string, string>> KnownAsync(Service service)
    {
        var id = Guid.NewGuid();
        await service.Notes.SaveNoteAsync(id, Draft());
        return new() { ["path noteId"] = id.ToString() };
    }
#if (postgres)

    /// <summary>Has the service do everything that it can.</summary>
    public static async Task CallEveryOperationAsync(Service service)
    {
        var id = Guid.NewGuid();
        await service.Notes.SaveNoteAsync(id, Draft());
        Assert.Equal("Anew.", (await service.Notes.SaveNoteAsync(id, Draft("Anew."))).Result.Text);
    }
#endif

    public static NoteDraft Draft(string text = "Water the plants.") => new() { Text = text };
}
