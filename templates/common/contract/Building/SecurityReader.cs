namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Reads how callers are authenticated: the schemes of a contract, and those that an operation requires.</summary>
sealed class SecurityReader
{
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

    private IEnumerable<NodeMember> Declared => root["components"]?["securitySchemes"]?.OwnMembers ?? [];

    /// <summary>The alternatives of an operation, the empty one last; none where it is open.</summary>
    public IEnumerable<SecurityRequirement> Of(Node operation) =>
        from requirement in (operation["security"] ?? root["security"])?.Items ?? []
        orderby requirement.Members.Count == 0
        select new SecurityRequirement([.. Required(requirement)]);

    /// <summary>Reports what the service cannot check.</summary>
    public void Check(Findings findings)
    {
        var used = new HashSet<string>();
        var operations =
            from path in root["paths"]?.OwnMembers ?? []
            from operation in documents.Target(path.Value).OwnMembers
            where Routes.Methods.Contains(operation.Key)
            select operation.Value;
        foreach (var requirement in operations.Prepend(root).SelectMany(node => node["security"]?.Items ?? []))
        {
            foreach (var (name, at, scopes) in requirement.Members)
            {
                used.Add(name);
                if (!schemes.TryGetValue(name, out var scheme))
                {
                    findings.Error(at, "security schemes", $"the security scheme '{name}' is not declared: add it to components.securitySchemes, or correct its name");
                }
                else if (scheme.Kind is not (SchemeKind.Token or SchemeKind.Unsupported) && scopes.Items.FirstOrDefault() is { } scope)
                {
                    findings.Error(scope.At, "scopes", $"'{name}' is no scheme of tokens, so there is nothing to read the scope '{scope.Text}' from: remove it");
                }
            }
        }

        string? tokens = null;
        foreach (var (name, at, raw) in Declared.Where(member => used.Contains(member.Key)))
        {
            var scheme = schemes[name];
            switch (scheme.Kind)
            {
                case SchemeKind.Unsupported:
                    findings.Error(at, "security schemes", $"the security scheme '{name}' is {TypeOf(documents.Target(raw))}, which the service cannot check: use http bearer, http basic, oauth2, openIdConnect, or an apiKey with a name in header, query or cookie");
                    break;
                case SchemeKind.Token when tokens is not null:
                    findings.Warning(at, "security schemes", $"'{name}' and '{tokens}' are both schemes of tokens: the service has one issuer, and takes its tokens for both");
                    break;
                case SchemeKind.Token:
                    tokens = name;
                    break;
                case not SchemeKind.Token when name.Equals(Tokens.Name, StringComparison.OrdinalIgnoreCase):
                    findings.Error(at, "security schemes", $"the service calls its scheme of tokens '{Tokens.Name}', and '{name}' is no scheme of tokens: give it another name");
                    break;
            }

            if (IsAuthorizationHeader(documents.Target(raw)))
            {
                findings.Warning(at, "security schemes", $"'{name}' is a key in the header Authorization, which stands for a bearer token (RFC 6750): declare it as http bearer");
            }
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
        "apiKey" when IsAuthorizationHeader(scheme) => SchemeKind.Token,
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

    private static bool IsAuthorizationHeader(Node scheme) =>
        scheme.TextOf("type") == "apiKey" && scheme.TextOf("in") == "header" && scheme.TextOf("name") is { } name && name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
}
