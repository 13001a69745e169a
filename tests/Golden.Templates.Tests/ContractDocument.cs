namespace GoldenService.Testing;

/// <summary>The scopes that the issuer of the templates' tests gives a token, here for services of any template.</summary>
sealed class ContractDocument
{
    public static ContractDocument Current { get; } = new();

    public IReadOnlyList<string> Scopes { get; } = ["orders:read", "orders:write", "worker:admin"];
}
