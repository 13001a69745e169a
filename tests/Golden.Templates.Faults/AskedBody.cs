using System.Net;

namespace Golden.Templates.Faults;

/// <summary>A JSON body that reports when the service asks for it, which it does when it begins to read (Expect: 100-continue).</summary>
sealed class AskedBody : HttpContent
{
    readonly byte[] _body;
    readonly Action _asked;

    public AskedBody(byte[] body, Action asked)
    {
        (_body, _asked) = (body, asked);
        Headers.ContentType = new("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _asked();
        return stream.WriteAsync(_body).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
