namespace GoldenService.ServiceDefaults;

using System.IO;

/// <summary>A file in a form. Its content can be read until the response is written; name and type are what the caller says.</summary>
public sealed record Upload(string FileName, string ContentType, long Length, Stream Content);
