namespace GoldenService.Worker;

/// <summary>Where a message stands.</summary>
public enum MessageState
{
    /// <summary>It is to be handed over to the broker when it is due, or is being handled.</summary>
    Pending,

    /// <summary>The broker has it, and will deliver it.</summary>
    Queued,

    /// <summary>Its effect is committed.</summary>
    Done,

    /// <summary>It failed at every attempt, and waits for somebody to look at it.</summary>
    Dead,
}
