namespace GoldenService.ServiceDefaults;

#if (jwt)
using System;

#endif
/// <summary>Who sent the request: what a caller places belongs to that caller, and no other learns of it.</summary>
public sealed class Caller
{
#if (jwt)
    /// <summary>The subject of the request's token, which is unique to the caller at the issuer of tokens (RFC 7519, section 4.1.2).</summary>
    /// <exception cref="InvalidOperationException">The request has no valid token.</exception>
    public string Subject
    {
        get => field ?? throw new InvalidOperationException("The request has no valid token.");
        set;
    }
#else
    /// <summary>The service asks nobody who they are: all callers are one, and share what they place.</summary>
    public string Subject { get; } = "everybody";
#endif
}
