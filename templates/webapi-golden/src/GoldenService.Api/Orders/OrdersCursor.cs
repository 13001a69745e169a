namespace GoldenService.Api;

using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

/// <summary>The place in the list after which a page starts, opaque to callers: time and id of the last order before it, in base64url.</summary>
internal sealed record OrdersCursor(DateTimeOffset PlacedAt, Guid Id)
{
    /// <summary>Before the first page: no order is newer.</summary>
    public static readonly OrdersCursor Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    private const int Bytes = sizeof(long) + 16;

    public static OrdersCursor After(OrderEntity order) => new(order.PlacedAt, order.Id);

    public static bool TryParse(string text, [NotNullWhen(true)] out OrdersCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || !Base64Url.IsValid(text, out var length) || length != Bytes || !Base64Url.TryDecodeFromChars(text, bytes, out _))
        {
            return false;
        }

        var placedAt = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (placedAt < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || placedAt > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        cursor = new(DateTimeOffset.FromUnixTimeMilliseconds(placedAt), new Guid(bytes[sizeof(long)..], bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, PlacedAt.ToUnixTimeMilliseconds());
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
