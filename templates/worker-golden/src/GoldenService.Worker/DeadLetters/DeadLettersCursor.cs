namespace GoldenService.Worker;

using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

/// <summary>The place in the list after which a page starts, opaque to callers: time and id of the last dead letter before it, in base64url.</summary>
internal sealed record DeadLettersCursor(DateTimeOffset DiedAt, Guid Id)
{
    /// <summary>Before the first page: no dead letter is later.</summary>
    public static readonly DeadLettersCursor Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    private const int Bytes = sizeof(long) + 16;

    public static bool TryParse(string text, [NotNullWhen(true)] out DeadLettersCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || !Base64Url.IsValid(text, out var length) || length != Bytes || !Base64Url.TryDecodeFromChars(text, bytes, out _))
        {
            return false;
        }

        var diedAt = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (diedAt < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || diedAt > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        cursor = new(DateTimeOffset.FromUnixTimeMilliseconds(diedAt), new Guid(bytes[sizeof(long)..], bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, DiedAt.ToUnixTimeMilliseconds());
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
