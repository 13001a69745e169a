namespace GoldenService;

/// <summary>The scopes that the issuer of the templates' tests gives a token, here for services of any template.</summary>
static class Contract
{
    public static IReadOnlyList<string> Scopes { get; } = ["orders:read", "orders:write", "worker:admin"];
}
