namespace GoldenService.ServiceDefaults;

using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

/// <summary>Writes a value that is one of several alternatives as that alternative, and reads it by its discriminator or as the first that fits.</summary>
public abstract class UnionConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(JsonElement.ParseValue(ref reader));

    protected abstract T Read(JsonElement json);

    protected static string Discriminator(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.ToString() : "";

    protected static TCase From<TCase>(JsonElement json, JsonTypeInfo<TCase> type) => json.Deserialize(type)!;

    protected static JsonException Unknown(JsonElement json) => new($"A {json.ValueKind} fits none of the alternatives of {typeof(T).Name}.");

    protected static T FirstOf(JsonElement json, params ReadOnlySpan<Func<JsonElement, T>> alternatives)
    {
        foreach (var alternative in alternatives)
        {
            try
            {
                return alternative(json);
            }
            catch (JsonException)
            {
                // The next may fit.
            }
        }

        throw Unknown(json);
    }
}
