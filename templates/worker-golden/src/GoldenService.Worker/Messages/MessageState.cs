namespace GoldenService.Worker;

/// <summary>Where a message stands.</summary>
public enum MessageState
{
    /// <summary>It is to be handled, or is being handled.</summary>
    Pending,

    /// <summary>Its effect is committed.</summary>
    Done,

    /// <summary>It failed at every attempt, and waits for somebody to look at it.</summary>
    Dead,
}
