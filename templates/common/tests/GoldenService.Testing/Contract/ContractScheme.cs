namespace GoldenService.Testing;

/// <summary>How a caller is authenticated.</summary>
/// <param name="Name">The scheme's name.</param>
/// <param name="Place">Of a key header, query or cookie; of http the scheme, as in basic.</param>
/// <param name="Key">The name of the key's header, parameter or cookie.</param>
/// <param name="HasSecrets">Whether the service has its secrets as settings: keys and passwords; not those of tokens and signatures.</param>
public sealed record ContractScheme(string Name, string Place, string Key, bool HasSecrets);
