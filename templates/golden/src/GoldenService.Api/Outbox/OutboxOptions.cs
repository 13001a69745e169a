namespace GoldenService.Api;

using System.ComponentModel.DataAnnotations;

/// <summary>How webhooks are delivered.</summary>
public sealed class OutboxOptions
{
    /// <summary>How many webhooks this process delivers at once; with 0 it delivers none, and they are kept.</summary>
    [Range(0, 256)]
    public int Concurrency { get; set; } = 16;

    /// <summary>How long the receiver may take to respond.</summary>
    [Range(0.1, 300.0)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>After how long another process delivers what a process held that ended.</summary>
    [Range(0.5, 3600.0)]
    public double LeaseSeconds { get; set; } = 60;

    /// <summary>How often the outbox is looked at for what other processes stored, what is to be tried again, and leases that ended.</summary>
    [Range(0.01, 3600.0)]
    public double PollSeconds { get; set; } = 1;

    /// <summary>The longest wait before the second attempt; it doubles with each further one.</summary>
    [Range(0.01, 3600.0)]
    public double BackoffSeconds { get; set; } = 1;

    /// <summary>The longest wait before any attempt.</summary>
    [Range(0.01, 86_400.0)]
    public double MaxBackoffSeconds { get; set; } = 600;

    /// <summary>After how long a webhook that cannot be delivered is given up; less than the time for which the receiver recognizes a repeated one.</summary>
    [Range(0.001, 8760.0)]
    public double GiveUpHours { get; set; } = 72;
}
