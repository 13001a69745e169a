namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;
using Xunit;

[Trait("Checklist", "client")]
public sealed class DeadLetterTests(Service service)
{
    [Fact] // Fails when a page repeats what another had, leaves something out, or the last one has a cursor.
    public async Task Dead_letters_are_listed_latest_first_in_pages()
    {
        await using var alone = await Service.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var ids = new Guid[5];
        for (var n = 0; n < ids.Length; n++)
        {
            // Two died in the same millisecond.
            ids[n] = await alone.AddAsync(message => (message.State, message.DueAt, message.Attempts, message.LastError) = (MessageState.Dead, now.AddSeconds(n / 2), 10, "System.TimeoutException"));
        }

        var first = (await alone.DeadLetters.ListDeadLettersAsync(limit: 2)).Result;
        var second = (await alone.DeadLetters.ListDeadLettersAsync(limit: 2, cursor: first.NextCursor)).Result;
        var third = (await alone.DeadLetters.ListDeadLettersAsync(limit: 2, cursor: second.NextCursor)).Result;

        // Ids that were made in one millisecond have no order of their own.
        var latestFirst = ids.Index().OrderByDescending(id => id.Index / 2).ThenByDescending(id => id.Item.ToString(), StringComparer.Ordinal).Select(id => id.Item);
        Assert.Equal(latestFirst, first.DeadLetters.Concat(second.DeadLetters).Concat(third.DeadLetters).Select(letter => letter.MessageId));
        Assert.Equal((2, 2, 1, null), (first.DeadLetters.Count, second.DeadLetters.Count, third.DeadLetters.Count, third.NextCursor));
    }

    [Fact]
    public async Task A_cursor_that_no_page_had_is_refused() =>
        Assert.Equal(["cursor invalid"], (await service.Get("/v1/dead-letters?cursor=nonsense")).IsProblem(400).Errors);

    [Fact] // Fails when what is no dead letter can be handled again: its effect would be repeated.
    public async Task Only_a_dead_letter_can_be_requeued()
    {
        var done = await service.SendAsync();
        await service.UntilAsync(done, MessageState.Done);

        foreach (var id in new[] { done, Guid.NewGuid() })
        {
            var refused = await Assert.ThrowsAsync<ApiException<Client.Problem>>(() => service.DeadLetters.RequeueDeadLetterAsync(id));
            Assert.Equal((404, "There is no dead letter with this id."), (refused.StatusCode, refused.Result.Detail));
        }

        Assert.Equal(MessageState.Done, (await service.MessageAsync(done)).State);
    }

    [Theory] // Fails when the operations are open to whoever has a token, or to everybody.
    [InlineData("GET", "/v1/dead-letters")]
    [InlineData("POST", "/v1/dead-letters/0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10/requeue")]
    public async Task Whoever_looks_after_dead_letters_has_the_scope_for_it(string method, string path)
    {
        Assert.Equal(401, await StatusAsync(method, path, token: null));
        Assert.Equal(403, await StatusAsync(method, path, Issuer.Shared.Token(scope: "reports:read")));
        Assert.Equal(method == "GET" ? 200 : 404, await StatusAsync(method, path, Issuer.Shared.Token()));
    }

    private async Task<int> StatusAsync(string method, string path, string? token)
    {
        using var http = service.ClientWith(token);
        using var response = await http.SendAsync(new(new(method), path));
        return (int)response.StatusCode;
    }
}
