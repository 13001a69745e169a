namespace GoldenService.Api;

using System;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Wakes the dispatcher when this process has stored a message.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim stored = new(0, 1);

    public void Set()
    {
        lock (stored)
        {
            // Once is enough: the dispatcher claims everything that is due.
            if (stored.CurrentCount == 0)
            {
                stored.Release();
            }
        }
    }

    /// <summary>Waits for a message, or for this time.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => stored.WaitAsync(time, cancellationToken);

    public void Dispose() => stored.Dispose();
}
