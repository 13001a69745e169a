using System.Text;

namespace Golden.Templates.Tests;

/// <summary>The fields of a message in Protocol Buffers' wire format, by their numbers.</summary>
sealed class ProtobufMessage
{
    readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((field, Varint(ref bytes), default));
                    break;
                case 1:
                    _fields.Add((field, 0, Take(ref bytes, 8)));
                    break;
                case 2:
                    _fields.Add((field, 0, Take(ref bytes, (int)Varint(ref bytes))));
                    break;
                case 5:
                    _fields.Add((field, 0, Take(ref bytes, 4)));
                    break;
                default:
                    throw new InvalidDataException($"The field {field} has the wire type {tag & 7}, which no field has.");
            }
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => All(field).Select(found => new ProtobufMessage(found.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(All(field).LastOrDefault().Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(All(field).LastOrDefault().Bytes.Span);

    /// <summary>The bytes of a field: of a text, a message, packed numbers, or one number of fixed length.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bytes(int field) => All(field).Select(found => found.Bytes);

    public ulong? Number(int field) => All(field).Select(found => (ulong?)found.Number).LastOrDefault();

    IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> All(int field) => _fields.Where(found => found.Field == field);

    static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        if (count < 0 || count > bytes.Length)
        {
            throw new InvalidDataException("The message breaks off.");
        }

        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Take(ref bytes, 1).Span[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number has more than ten bytes.");
    }
}
