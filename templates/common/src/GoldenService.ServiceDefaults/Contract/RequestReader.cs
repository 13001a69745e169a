namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

/// <summary>Reads the parameters and the body of one request, and notes all that does not keep to the contract.</summary>
public sealed partial class RequestReader(HttpContext context)
{
    private List<KeyValuePair<string, string>>? query;
    private List<KeyValuePair<string, string>>? cookies;

    internal RequestFailures Failures { get; } = new();

    // Names are decoded, values are not: a style may have separators in them.
    private List<KeyValuePair<string, string>> Query => query ??=
        [.. (context.Request.QueryString.Value ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(parameter => Pair(parameter, DecodeQuery))];

    private List<KeyValuePair<string, string>> Cookies => cookies ??=
        [.. context.Request.Headers.Cookie.SelectMany(header => (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(cookie => Pair(cookie, static name => name))];

    /// <summary>A misspelt filter must not pass for no filter. A name that ends with [ stands for all that begin with it.</summary>
    public void RejectOtherQueryParameters(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in Query)
        {
            if (!IsKnown(name, names))
            {
                Failures.Add(InputPath.Other(null, name), "unknown", "is not a query parameter that the contract knows");
            }
        }
    }

    public InputValue Path(string name, ParameterStyle style = ParameterStyle.Simple)
    {
        var decoded = context.GetRouteValue(name) as string ?? "";
        return EncodedPath.Find(context, name, decoded) is { } encoded
            ? Read(name, style, [encoded], Uri.UnescapeDataString, [])
            : Read(name, style, [decoded], static value => value, []);
    }

    public InputValue RequiredQuery(string name, ParameterStyle style = ParameterStyle.FormExploded, params ReadOnlySpan<string> members) =>
        OptionalQuery(name, style, members) ?? Missing(name);

    /// <param name="name">The parameter's name.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="members">Of an object in style FormExploded the names of its members, each of which is a parameter.</param>
    public InputValue? OptionalQuery(string name, ParameterStyle style = ParameterStyle.FormExploded, params ReadOnlySpan<string> members) =>
        Optional(name, style, Query, DecodeQuery, members);

    public InputValue RequiredHeader(string name, ParameterStyle style = ParameterStyle.Simple) => OptionalHeader(name, style) ?? Missing(name);

    public InputValue? OptionalHeader(string name, ParameterStyle style = ParameterStyle.Simple) =>
        context.Request.Headers[name] is { Count: > 0 } values ? Read(name, style, [.. values.Select(value => value ?? "")], static value => value.Trim(), []) : null;

    public InputValue RequiredCookie(string name, ParameterStyle style = ParameterStyle.FormExploded, params ReadOnlySpan<string> members) =>
        OptionalCookie(name, style, members) ?? Missing(name);

    /// <inheritdoc cref="OptionalQuery"/>
    public InputValue? OptionalCookie(string name, ParameterStyle style = ParameterStyle.FormExploded, params ReadOnlySpan<string> members) =>
        Optional(name, style, Cookies, static value => Uri.UnescapeDataString(value is ['"', .., '"'] ? value[1..^1] : value), members);

    /// <summary>
    /// Holds what was read against the limits of the contract, or against the rules of the business that are registered
    /// for it and inherit them. Those see only what could be read whole, so they need not expect nulls.
    /// </summary>
    public void Check<T>(T? value, ContractValidator<T>? limits = null)
    {
        if (value is null || Failures.IsFull)
        {
            return;
        }

        var rules = Failures.AnyUnreadable ? limits : context.RequestServices.GetService<IValidator<T>>() ?? limits;
        if (rules is null)
        {
            return;
        }

        foreach (var failure in CheckBudget.Validate(rules, value, Failures))
        {
            Failures.AddLimit(failure.PropertyName, failure.ErrorCode, failure.ErrorMessage);
        }
    }

    private InputValue? Optional(string name, ParameterStyle style, List<KeyValuePair<string, string>> all, Func<string, string> decode, ReadOnlySpan<string> members)
    {
        List<string> values = [.. all.Where(parameter => parameter.Key == name).Select(parameter => parameter.Value)];
        var isThere = values.Count > 0 || (style == ParameterStyle.DeepObject && all.Exists(parameter => parameter.Key.StartsWith($"{name}[", StringComparison.Ordinal)));
        foreach (var (other, _) in isThere || members.IsEmpty ? [] : all)
        {
            isThere |= members.Contains(other);
        }

        return isThere ? Read(name, style, values, decode, all) : null;
    }

    private InputValue Read(string name, ParameterStyle style, List<string> values, Func<string, string> decode, List<KeyValuePair<string, string>> all)
    {
        var path = InputPath.Of(name);
        if (style != ParameterStyle.Json)
        {
            return new(Failures, path, new ParameterText(name, style, values, decode, all));
        }

        if (values.Count == 1)
        {
            return InputValue.FromJson(Failures, path, decode(values[0]));
        }

        Failures.Add(path, InputFault.NotOnce.Rule, InputFault.NotOnce.Message);
        return InputValue.Missing(Failures, path);
    }

    private InputValue Missing(string name)
    {
        Failures.Add(InputPath.Of(name), "required", "is missing");
        return InputValue.Missing(Failures, InputPath.Of(name));
    }

    private static bool IsKnown(string name, ReadOnlySpan<string> names)
    {
        foreach (var known in names)
        {
            if (known == name || (known.EndsWith('[') && name.StartsWith(known, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static KeyValuePair<string, string> Pair(string text, Func<string, string> decode) =>
        text.Split('=', 2) is [var name, var value] ? new(decode(name), value) : new(decode(text), "");

    private static string DecodeQuery(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
