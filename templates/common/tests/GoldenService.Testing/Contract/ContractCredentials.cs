namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Keys and passwords for the schemes of the contract: two callers have one each.</summary>
public static class ContractCredentials
{
    public const string Caller = "tester";
    public const string OtherCaller = "other-tester";

    /// <summary>The settings by which the service knows them.</summary>
    public static IEnumerable<(string Name, string Value)> Settings =>
        from scheme in Schemes
        where scheme.HasSecrets
        from caller in new[] { Caller, OtherCaller }
        select ($"Authentication:Schemes:{scheme.Name}:{(scheme.Place == "basic" ? "Users" : "Keys")}:{caller}:0", SecretOf(scheme, caller));

    private static IEnumerable<ContractScheme> Schemes => ContractDocument.Current.Operations.SelectMany(operation => operation.Security).SelectMany(alternative => alternative).Select(one => one.Scheme).Distinct();

    /// <summary>Adds to a request what the first alternative of its operation asks for beside a token.</summary>
    internal static void AddTo(HttpRequestMessage request, string caller)
    {
        var alternatives = ContractDocument.Current.Find(request.Method.Method, request.RequestUri!.AbsolutePath)?.Security ?? [];
        foreach (var scheme in alternatives.Take(1).SelectMany(alternative => alternative).Select(one => one.Scheme).Where(scheme => scheme.HasSecrets))
        {
            var secret = SecretOf(scheme, caller);
            switch (scheme.Place)
            {
                case "basic":
                    request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{caller}:{secret}")));
                    break;
                case "header":
                    request.Headers.Add(scheme.Key, secret);
                    break;
                case "cookie":
                    request.Headers.TryGetValues("Cookie", out var others);
                    request.Headers.Remove("Cookie");
                    request.Headers.Add("Cookie", string.Join("; ", [.. others ?? [], $"{scheme.Key}={secret}"]));
                    break;
                case "query":
                    var uri = new UriBuilder(request.RequestUri);
                    uri.Query = string.Join('&', new[] { uri.Query.TrimStart('?'), $"{Uri.EscapeDataString(scheme.Key)}={secret}" }.Where(pair => pair != ""));
                    request.RequestUri = uri.Uri;
                    break;
            }
        }
    }

    private static string SecretOf(ContractScheme scheme, string caller) => $"secret-of-{caller}-for-{Uri.EscapeDataString(scheme.Name)}";
}

/// <summary>Has requests show the keys and passwords of a caller.</summary>
public sealed class CredentialsHandler(string caller = ContractCredentials.Caller) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ContractCredentials.AddTo(request, caller);
        return base.SendAsync(request, cancellationToken);
    }
}
