namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.AspNetCore.Http;

/// <summary>A form, whose fields are its members.</summary>
internal sealed class FormText(IFormCollection form) : InputText
{
    public override InputFault? Read(out string text)
    {
        text = "";
        return new("type", "must be a single value");
    }

    public override InputFault? ReadItems(out IReadOnlyList<InputText> items)
    {
        items = [];
        return InputFault.NoList;
    }

    public override InputFault? ReadMembers(ReadOnlySpan<string> names, out IReadOnlyList<KeyValuePair<string, InputText>> members)
    {
        members =
        [
            .. form.Select(field => new KeyValuePair<string, InputText>(field.Key, new FormField([.. field.Value], []))),
            .. form.Files.GroupBy(file => file.Name).Select(field => new KeyValuePair<string, InputText>(field.Key, new FormField([], [.. field]))),
        ];
        return null;
    }
}

/// <summary>A field of a form: an array is several fields of one name, and an object is JSON (OpenAPI 3.0, "Special Considerations for multipart Content").</summary>
internal sealed class FormField(IReadOnlyList<string?> values, IReadOnlyList<IFormFile> files) : InputText
{
    public override bool HasJson => true;

    public override IFormFile? File => files is [var file] ? file : null;

    public override InputFault? Read(out string text)
    {
        text = values is [var value, ..] ? value ?? "" : "";
        return values.Count switch
        {
            1 => null,
            0 => new("type", "must be a field, not a file"),
            _ => InputFault.NotOnce,
        };
    }

    public override InputFault? ReadItems(out IReadOnlyList<InputText> items)
    {
        items = [.. values.Select(value => new FormField([value], [])), .. files.Select(file => new FormField([], [file]))];
        return null;
    }

    public override InputFault? ReadMembers(ReadOnlySpan<string> names, out IReadOnlyList<KeyValuePair<string, InputText>> members)
    {
        members = [];
        return InputFault.NoObject;
    }
}
