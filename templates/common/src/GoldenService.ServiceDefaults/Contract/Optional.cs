namespace GoldenService.ServiceDefaults;

using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

/// <summary>A member of which absent and null differ (RFC 7396). <c>default</c> is absent: with JsonIgnoreCondition.WhenWritingDefault it is not written.</summary>
[JsonConverter(typeof(OptionalConverter))]
public readonly record struct Optional<T>(T Value)
{
    /// <summary>Whether it is there, be it null.</summary>
    public bool IsSet { get; } = true;

    public static implicit operator Optional<T>(T value) => new(value);

    /// <summary>The value, or another one where it is absent.</summary>
    public T Or(T other) => IsSet ? Value : other;
}

/// <summary>Reads and writes what an <see cref="Optional{T}"/> holds.</summary>
public sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!);

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }
}
