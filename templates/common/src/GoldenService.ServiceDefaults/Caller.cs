namespace GoldenService.ServiceDefaults;

#if (jwt)
using System;

#endif
/// <summary>Who sent the request: what a caller places belongs to that caller, and no other learns of it.</summary>
public sealed class Caller
{
#if (jwt)
    /// <summary>
    /// The subject of the request's token, which is unique to the caller at the issuer of tokens (RFC 7519, section 4.1.2); for operations
    /// with a key or a password, the name that the settings give the key, or the user.
    /// </summary>
    /// <exception cref="InvalidOperationException">The request has no valid token, key or password.</exception>
    public string Subject
    {
        get => field ?? throw new InvalidOperationException("The request has no valid token, key or password.");
        set;
    }
#else
    /// <summary>
    /// For operations with a key or a password, the name that the settings give the key, or the user. The service asks nobody else who they
    /// are: all such callers are one, and share what they place.
    /// </summary>
    public string Subject { get; set; } = "everybody";
#endif
}
