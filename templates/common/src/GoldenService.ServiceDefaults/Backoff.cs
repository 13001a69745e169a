namespace GoldenService.ServiceDefaults;

using System;
using System.Security.Cryptography;

/// <summary>How long to wait before the next attempt at what failed.</summary>
public static class Backoff
{
    /// <summary>A random wait up to a limit that doubles with each attempt ("full jitter"), so that what failed together is not tried again together.</summary>
    /// <param name="attempts">How many attempts there were.</param>
    /// <param name="firstSeconds">The limit after the first attempt.</param>
    /// <param name="maxSeconds">The limit after any attempt.</param>
    public static TimeSpan Wait(int attempts, double firstSeconds, double maxSeconds) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(Math.Min(maxSeconds, firstSeconds * Math.Pow(2, attempts - 1)) * 1000) + 1));
}
