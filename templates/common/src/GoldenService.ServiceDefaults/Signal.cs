namespace GoldenService.ServiceDefaults;

using System;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Wakes a loop that looks for work from time to time, when there is some.</summary>
public sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim isSet = new(0, 1);

    /// <summary>Ends the wait, or the next one if nobody waits.</summary>
    public void Set()
    {
        lock (isSet)
        {
            // Once is enough: the loop takes all that is due.
            if (isSet.CurrentCount == 0)
            {
                isSet.Release();
            }
        }
    }

    /// <summary>Waits until it is set, or for this time.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => isSet.WaitAsync(time, cancellationToken);

    public void Dispose() => isSet.Dispose();
}
