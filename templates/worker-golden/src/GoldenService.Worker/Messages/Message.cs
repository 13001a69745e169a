namespace GoldenService.Worker;

using System;
using System.Threading;
using System.Threading.Tasks;

/// <summary>A message as a handler sees it.</summary>
/// <param name="Id">The same at every attempt, and so the idempotency key for calls to others.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Type">What it tells of.</param>
/// <param name="Body">The bytes that were signed, which keep to the contract.</param>
/// <param name="ReceivedAt">When it was accepted.</param>
/// <param name="Attempt">1 at the first attempt.</param>
internal sealed record Message(Guid Id, string Source, string Type, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt, int Attempt);

/// <summary>Handles messages of one type.</summary>
internal interface IMessageHandler
{
    /// <summary>
    /// Runs outside any transaction, and may call others; it may be repeated, so the calls must bear that. What it writes
    /// to the service's own database it returns. A failure is tried again later.
    /// </summary>
    Task<Effect> HandleAsync(Message message, CancellationToken cancellationToken);
}

/// <summary>
/// What a handler writes. It is committed in one transaction with the message's state, and so exactly once; with other
/// messages' effects on the same context, which saves the changes that it makes. Where a commit fails it is run again, on another
/// context: so it makes the entities that it adds, and does nothing else.
/// </summary>
internal delegate Task Effect(AppDbContext db, CancellationToken cancellationToken);
