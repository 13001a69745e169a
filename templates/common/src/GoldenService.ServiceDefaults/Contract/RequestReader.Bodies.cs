namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

/// <content>Bodies. Each throws a <see cref="BadHttpRequestException"/> for a body that is encoded or of another media type (415), or that the server cannot read (400, 408, 413).</content>
public sealed partial class RequestReader
{
    /// <summary>Whether the request has a body. One without a length, as chunked ones are, may turn out to be empty: then there is none.</summary>
    public async ValueTask<bool> HasBody()
    {
        if (context.Request.ContentLength is not null || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is false)
        {
            return context.Request.ContentLength > 0;
        }

        return await context.ReadBodyAsync(async (_, cancellationToken) =>
        {
            var body = context.Request.BodyReader;
            var begin = await body.ReadAsync(cancellationToken);
            body.AdvanceTo(begin.Buffer.Start);

            // What has been read of it is read again from here.
            context.Request.Body = body.AsStream();
            return !begin.Buffer.IsEmpty;
        });
    }

    /// <summary>Which of these media types the body has. A type may be a range, as in image/*.</summary>
    public int ContentType(params ReadOnlySpan<string> types)
    {
        if (!context.Request.IsEncoded() && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var sent))
        {
            for (var i = 0; i < types.Length; i++)
            {
                if (Is(sent, types[i]))
                {
                    return i;
                }
            }
        }

        throw new MediaTypeException($"The body must be {string.Join(" or ", types)}{(AreAllText(types) ? ", in UTF-8" : "")}.");
    }

    /// <summary>A body that must be JSON in UTF-8 (RFC 8259); a byte order mark is ignored.</summary>
    /// <param name="read">Reads what it holds.</param>
    /// <param name="types">Its media types, application/json without any.</param>
    public async ValueTask<T> JsonBody<T>(Func<InputValue, T> read, params string[] types)
    {
        ContentType(types is [] ? ["application/json"] : types);
        try
        {
            // The values that are read are copies: nothing refers to the document's pooled memory when it is gone.
            using var document = await context.ReadBodyAsync(static (body, cancellationToken) => JsonDocument.ParseAsync(body, cancellationToken: cancellationToken));
            return JsonInput.Read(document.RootElement, read, Failures);
        }
        catch (JsonException exception)
        {
            JsonInput.Note(Failures, exception);
            return default!;
        }
    }

    /// <inheritdoc cref="JsonBody"/>
    /// <returns>Null without a body.</returns>
    public async ValueTask<T?> OptionalJsonBody<T>(Func<InputValue, T> read, params string[] types) =>
        await HasBody() ? await JsonBody(read, types) : default;

    /// <summary>A form in application/x-www-form-urlencoded.</summary>
    public ValueTask<T> FormBody<T>(Func<InputValue, T> read) => Form(read, "application/x-www-form-urlencoded");

    /// <summary>A form in multipart/form-data. Files wait on the disk until the response is written.</summary>
    public ValueTask<T> MultipartBody<T>(Func<InputValue, T> read) => Form(read, "multipart/form-data");

    /// <inheritdoc cref="FormBody"/>
    /// <returns>Null without a body.</returns>
    public async ValueTask<T?> OptionalFormBody<T>(Func<InputValue, T> read) => await HasBody() ? await FormBody(read) : default;

    /// <inheritdoc cref="MultipartBody"/>
    /// <returns>Null without a body.</returns>
    public async ValueTask<T?> OptionalMultipartBody<T>(Func<InputValue, T> read) => await HasBody() ? await MultipartBody(read) : default;

    /// <inheritdoc cref="TextBody"/>
    /// <returns>Null without a body.</returns>
    public async ValueTask<string?> OptionalTextBody(params string[] types) => await HasBody() ? await TextBody(types) : null;

    /// <inheritdoc cref="BinaryBody"/>
    /// <returns>Null without a body.</returns>
    public async ValueTask<Stream?> OptionalBinaryBody(params string[] types) => await HasBody() ? BinaryBody(types) : null;

    /// <summary>A text in UTF-8; a byte order mark is ignored.</summary>
    public async ValueTask<string> TextBody(params string[] types)
    {
        ContentType(types);
        var bytes = await context.ReadBodyAsync(static async (body, cancellationToken) =>
        {
            var copy = new MemoryStream();
            await body.CopyToAsync(copy, cancellationToken);
            return copy;
        });
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(JsonInput.WithoutMark(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)).Span);
            return new InputValue(Failures, InputPath.Root, new PlainText(text)).AsString();
        }
        catch (DecoderFallbackException)
        {
            Failures.Add(InputPath.Root, "format", "must be UTF-8");
            return null!;
        }
    }

    /// <summary>A body of bytes, which is read as it arrives.</summary>
    public Stream BinaryBody(params ReadOnlySpan<string> types)
    {
        ContentType(types);
        return new RequestStream(context);
    }

    private async ValueTask<T> Form<T>(Func<InputValue, T> read, string type)
    {
        ContentType(type);
        try
        {
            var form = await context.ReadBodyAsync((_, cancellationToken) => context.Request.ReadFormAsync(cancellationToken));
            var value = read(new InputValue(Failures, InputPath.Root, new FormText(form)));
            return Failures.IsBodyUnreadable ? default! : value;
        }
        catch (InvalidDataException exception)
        {
            // It is malformed, or has more or longer fields than FormOptions allows.
            Failures.Add(InputPath.Root, "form", $"is not a form that the service reads: {exception.Message.TrimEnd('.')}");
            return default!;
        }
    }

    private static bool Is(MediaTypeHeaderValue sent, string type) =>
        (type.Contains('*', StringComparison.Ordinal) ? sent.IsSubsetOf(new MediaTypeHeaderValue(type)) : sent.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        && (!sent.Charset.HasValue || !IsText(type) || HeaderUtilities.RemoveQuotes(sent.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static bool AreAllText(ReadOnlySpan<string> types) => types.ToArray().All(IsText);

    // Text that the service decodes itself.
    private static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal) || type.EndsWith("form-urlencoded", StringComparison.Ordinal);
}

/// <summary>The body is of a media type that the operation does not read; the response says which it reads.</summary>
internal sealed class MediaTypeException(string message) : BadHttpRequestException(message, StatusCodes.Status415UnsupportedMediaType);

/// <summary>A body of a media type that the operation does not take. The message is for the caller.</summary>
internal sealed class UnsupportedBodyException(string message) : BadHttpRequestException(message, StatusCodes.Status415UnsupportedMediaType);
