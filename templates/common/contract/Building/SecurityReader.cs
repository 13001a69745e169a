namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Reads how callers are authenticated: the schemes of a contract, and those that an operation requires.</summary>
sealed class SecurityReader
{
    private const string FindingKind = "security schemes";

    // All schemes of tokens are one to the service, which has one issuer.
    private static readonly SecurityScheme Tokens = new("Bearer", SchemeKind.Token, "");

    private readonly Documents documents;
    private readonly Node root;
    private readonly Dictionary<string, SecurityScheme> schemes = [];

    public SecurityReader(Documents documents, Node root)
    {
        (this.documents, this.root) = (documents, root);
        foreach (var (name, _, raw) in Declared)
        {
            var scheme = documents.Target(raw);
            schemes.TryAdd(name, new(name, KindOf(scheme), scheme.TextOf("name") ?? ""));
        }
    }

    public IReadOnlyCollection<SecurityScheme> Schemes => schemes.Values;

    private IEnumerable<NodeMember> Declared => root["components"]?["securitySchemes"]?.Members ?? [];

    /// <summary>The alternatives of an operation, the empty one last; none where it is open.</summary>
    public IEnumerable<SecurityRequirement> Of(Node operation) =>
        from requirement in (operation["security"] ?? root["security"])?.Items ?? []
        orderby requirement.Members.Count == 0
        select new SecurityRequirement([.. Required(requirement)]);

    /// <summary>Reports what the service cannot check.</summary>
    public void Check(Findings findings)
    {
        var used = new HashSet<string>();
        foreach (var alternatives in Operations().Prepend(root).Select(node => node["security"]?.Items ?? []))
        {
            foreach (var scheme in alternatives.SelectMany(requirement => requirement.Members))
            {
                used.Add(scheme.Key);
                CheckUse(scheme, isAlone: alternatives is [{ Members.Count: 1 }], findings);
            }
        }

        string? tokens = null;
        foreach (var declared in Declared.Where(scheme => used.Contains(scheme.Key)))
        {
            CheckDeclaration(declared, tokens, findings);
            tokens ??= schemes[declared.Key].Kind == SchemeKind.Token ? declared.Key : null;
        }
    }

    private IEnumerable<Node> Operations() =>
        from path in root["paths"]?.OwnMembers ?? []
        from operation in documents.Target(path.Value).OwnMembers
        where Routes.Methods.Contains(operation.Key)
        select operation.Value;

    private void CheckUse(NodeMember use, bool isAlone, Findings findings)
    {
        if (!schemes.TryGetValue(use.Key, out var scheme))
        {
            findings.Error(use.At, FindingKind, $"the security scheme '{use.Key}' is not declared: add it to components.securitySchemes, or correct its name");
        }
        else if (scheme.HasSecrets && use.Value.Items.FirstOrDefault() is { } scope)
        {
            findings.Error(scope.At, FindingKind, $"'{use.Key}' is no scheme of tokens, so there is nothing to read the scope '{scope.Text}' from: remove it");
        }
        else if (scheme.Kind == SchemeKind.Signature && !isAlone)
        {
            findings.Error(use.At, FindingKind, $"'{use.Key}' is the signature of a webhook, which stands alone: remove the other schemes");
        }
    }

    private void CheckDeclaration(NodeMember declared, string? tokens, Findings findings)
    {
        var (name, at, raw) = declared;
        var (scheme, type) = (schemes[name], TypeOf(documents.Target(raw)));
        if (scheme.Kind == SchemeKind.Unsupported)
        {
            findings.Error(at, FindingKind, $"the security scheme '{name}' is {type}, which the service cannot check: use http bearer, http basic, oauth2, openIdConnect, or an apiKey with a name in header, query or cookie");
        }
        else if (scheme.HasSecrets && name.Equals(Tokens.Name, StringComparison.OrdinalIgnoreCase))
        {
            findings.Error(at, FindingKind, $"the service calls its scheme of tokens '{Tokens.Name}', and '{name}' is no scheme of tokens: give it another name");
        }
        else if (scheme.Kind == SchemeKind.Token && type == "apiKey")
        {
            findings.Warning(at, FindingKind, $"'{name}' is a key in the header Authorization, which stands for a bearer token (RFC 6750): declare it as http bearer");
        }

        if (scheme.Kind == SchemeKind.Token && tokens is not null)
        {
            findings.Warning(at, FindingKind, $"'{name}' and '{tokens}' are both schemes of tokens: the service has one issuer, and takes its tokens for both");
        }
    }

    private IEnumerable<RequiredScheme> Required(Node requirement)
    {
        var required = requirement.Members.Select(member => new RequiredScheme(schemes.GetValueOrDefault(member.Key, Tokens), [.. member.Value.Items.Select(scope => scope.Text)])).ToLookup(one => one.Scheme.Kind == SchemeKind.Token);
        if (required[true].Any())
        {
            yield return new(Tokens, [.. required[true].SelectMany(one => one.Scopes).Distinct()]);
        }

        foreach (var one in required[false].OrderBy(one => one.Scheme.Kind))
        {
            yield return one;
        }
    }

    private static SchemeKind KindOf(Node scheme) => TypeOf(scheme) switch
    {
        "http bearer" or "oauth2" or "openIdConnect" => SchemeKind.Token,
        "http basic" => SchemeKind.Basic,
        "apiKey" when string.IsNullOrEmpty(scheme.TextOf("name")) => SchemeKind.Unsupported,
        "apiKey" when IsHeader(scheme, "Authorization") => SchemeKind.Token,
        "apiKey" when IsHeader(scheme, "webhook-signature") => SchemeKind.Signature,
        "apiKey" => scheme.TextOf("in") switch
        {
            "header" => SchemeKind.HeaderKey,
            "query" => SchemeKind.QueryKey,
            "cookie" => SchemeKind.CookieKey,
            _ => SchemeKind.Unsupported,
        },
        _ => SchemeKind.Unsupported,
    };

    private static string TypeOf(Node scheme) => scheme.TextOf("type") is "http" ? $"http {scheme.TextOf("scheme")?.ToLowerInvariant()}" : scheme.TextOf("type") ?? "";

    private static bool IsHeader(Node scheme, string name) => scheme.TextOf("in") == "header" && name.Equals(scheme.TextOf("name"), StringComparison.OrdinalIgnoreCase);
}
