namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

/// <summary>Reads JSON into nodes.</summary>
sealed class JsonReader
{
    private const int MostDepth = 512;

    private readonly string file;
    private readonly List<int> lines = [0];

    private JsonReader(string file) => this.file = file;

    /// <exception cref="UnreadableException">It is not JSON.</exception>
    public static Node Read(string text, string file)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var json = new JsonReader(file);
        for (var position = 0; position < bytes.Length; position++)
        {
            if (bytes[position] == '\n')
            {
                json.lines.Add(position + 1);
            }
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            reader.Read();
            var root = json.Value(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            throw new UnreadableException(new(file, (int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1), reader.CurrentDepth >= MostDepth - 1 ? $"has more than {MostDepth} values inside one another here" : "is not JSON here");
        }
        catch (InvalidOperationException)
        {
            throw new UnreadableException(json.At(reader), "has half of a character here (a lone surrogate): write both halves, or the character itself");
        }
    }

    private Node Value(ref Utf8JsonReader reader)
    {
        var at = At(reader);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new Node(NodeKind.Map, "", at);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, keyAt) = (reader.GetString()!, At(reader));
                    reader.Read();
                    map.Members.Add(new(key, keyAt, Value(ref reader)));
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new Node(NodeKind.List, "", at);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(Value(ref reader));
                }

                return list;
            case JsonTokenType.String:
                return new(NodeKind.String, reader.GetString()!, at);
            case JsonTokenType.Number:
                return new(NodeKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), at);
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Node.Boolean(at, reader.TokenType == JsonTokenType.True);
            default:
                return new(NodeKind.Null, "", at);
        }
    }

    private Position At(in Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var line = lines.BinarySearch(start);
        line = line < 0 ? ~line - 1 : line;
        return new(file, line + 1, start - lines[line] + 1);
    }
}
