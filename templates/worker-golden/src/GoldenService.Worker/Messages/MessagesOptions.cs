namespace GoldenService.Worker;

using System.ComponentModel.DataAnnotations;

/// <summary>How messages are handled.</summary>
public sealed class MessagesOptions
{
    /// <summary>How many handlers run at once in this process.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 64;

    /// <summary>After how many attempts a message is a dead letter.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>How long a message stays with a process that does not say that it lives; it says so three times in this time.</summary>
    [Range(0.5, 3600.0)]
    public double LeaseSeconds { get; set; } = 60;

    /// <summary>How long an attempt may take.</summary>
    [Range(0.1, 86_400.0)]
    public double HandlerTimeoutSeconds { get; set; } = 30;

    /// <summary>How often the queue is looked at for what other processes accepted, what is to be tried again, and leases that ended.</summary>
    [Range(0.01, 3600.0)]
    public double PollSeconds { get; set; } = 1;

    /// <summary>The longest wait before the second attempt; it doubles with each further one.</summary>
    [Range(0.01, 3600.0)]
    public double BackoffSeconds { get; set; } = 2;

    /// <summary>The longest wait before any attempt.</summary>
    [Range(0.01, 86_400.0)]
    public double MaxBackoffSeconds { get; set; } = 600;

    /// <summary>How many attempts after the first this process makes in a second, over ten seconds. One too many waits, and does not count.</summary>
    [Range(1, 100_000)]
    public int RetriesPerSecond { get; set; } = 20;

    /// <summary>How long a message is known again after it is done: the longest time over which a source repeats its webhooks.</summary>
    [Range(0.001, 3650.0)]
    public double KeepDays { get; set; } = 7;

    /// <summary>What a second of CPU time costs, in any currency, for an estimate of what a message costs. 0 is no estimate.</summary>
    [Range(0.0, 1_000_000.0)]
    public double PricePerCpuSecond { get; set; }
}
