namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

/// <summary>
/// Parameters of the path as they were sent. Routing decodes them, all but %2F, and then an encoded separator looks like one
/// between two values (RFC 6570).
/// </summary>
internal static class EncodedPath
{
    /// <summary>The encoded value of a parameter.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="decoded">Its value, as routing has decoded it.</param>
    /// <returns>Null where nothing is encoded, or where the path is not the one that was sent, as after a rewrite.</returns>
    public static string? Find(HttpContext context, string name, string decoded)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = target.AsSpan();
        path = (path.IndexOf('?') is var end and >= 0 ? path[..end] : path).TrimEnd('/');
        if (!path.Contains('%') || context.GetEndpoint() is not RouteEndpoint { RoutePattern.PathSegments: var segments })
        {
            return null;
        }

        // From the end: before it there may be a base path that the route does not have.
        for (var i = segments.Count - 1; i >= 0 && path.LastIndexOf('/') is var slash and >= 0; i--)
        {
            if (segments[i].Parts.Any(part => part is RoutePatternParameterPart parameter && parameter.Name == name))
            {
                var (before, after) = LengthsAround(context, segments[i], name);
                var sent = path[(slash + 1)..];
                return before + after <= sent.Length && sent[before..^after].ToString() is var value && IsSame(Uri.UnescapeDataString(value), decoded) ? value : null;
            }

            path = path[..slash];
        }

        return null;
    }

    // A segment may have more than the parameter, as in {id}.json.
    private static (int Before, int After) LengthsAround(HttpContext context, RoutePatternPathSegment segment, string name)
    {
        var (before, after, isAfter) = (0, 0, false);
        foreach (var part in segment.Parts)
        {
            var length = part switch
            {
                RoutePatternLiteralPart literal => literal.Content.Length,
                RoutePatternSeparatorPart separator => separator.Content.Length,
                RoutePatternParameterPart parameter when parameter.Name != name => (context.GetRouteValue(parameter.Name) as string)?.Length ?? 0,
                _ => 0,
            };
            (before, after) = isAfter ? (before, after + length) : (before + length, after);
            isAfter |= part is RoutePatternParameterPart { Name: var other } && other == name;
        }

        return (before, after);
    }

    private static bool IsSame(string one, string other) => WithSlashes(one) == WithSlashes(other);

    private static string WithSlashes(string text) => text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
