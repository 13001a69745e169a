namespace GoldenService.ServiceDefaults;

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

/// <summary>Members of other names than the contract's that all have one type: JsonExtensionData alone writes only JSON.</summary>
public static class OtherMembers
{
    public static IDictionary<string, JsonElement> Write<T>(IReadOnlyDictionary<string, T> others, JsonTypeInfo<T> type) =>
        others.ToDictionary(other => other.Key, other => JsonSerializer.SerializeToElement(other.Value, type));

    public static IReadOnlyDictionary<string, T> Read<T>(IDictionary<string, JsonElement>? json, JsonTypeInfo<T> type) =>
        json?.ToDictionary(other => other.Key, other => other.Value.Deserialize(type)!) ?? [];
}
