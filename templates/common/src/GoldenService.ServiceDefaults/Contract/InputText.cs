namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using Microsoft.AspNetCore.Http;

/// <summary>A value that is not sent as JSON: a parameter, or a field of a form. Its reader says whether it is a single value, a list or an object.</summary>
internal abstract class InputText
{
    /// <summary>Whether an object in it is written as JSON.</summary>
    public virtual bool HasJson => false;

    public virtual IFormFile? File => null;

    /// <returns>Null, or what is wrong.</returns>
    public abstract InputFault? Read(out string text);

    public abstract InputFault? ReadItems(out IReadOnlyList<InputText> items);

    /// <param name="names">The members that the contract knows; none where they may have any name.</param>
    /// <param name="members">The members, those with other names too unless the style cannot tell them from others' parts.</param>
    public abstract InputFault? ReadMembers(ReadOnlySpan<string> names, out IReadOnlyList<KeyValuePair<string, InputText>> members);
}

/// <summary>Why a text is not what is read from it.</summary>
internal sealed record InputFault(string Rule, string Message)
{
    public static readonly InputFault NoList = new("type", "must be an array");
    public static readonly InputFault NoObject = new("type", "must be an object");
    public static readonly InputFault NotOnce = new("unique", "must be given once");
}

/// <summary>One value.</summary>
internal sealed class PlainText(string value) : InputText
{
    public override InputFault? Read(out string text)
    {
        text = value;
        return null;
    }

    public override InputFault? ReadItems(out IReadOnlyList<InputText> items)
    {
        items = [];
        return InputFault.NoList;
    }

    public override InputFault? ReadMembers(ReadOnlySpan<string> names, out IReadOnlyList<KeyValuePair<string, InputText>> members)
    {
        members = [];
        return InputFault.NoObject;
    }
}
