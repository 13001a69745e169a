namespace GoldenService.ServiceDefaults;

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

/// <summary>Compares values of the contract by what they hold: records compare the lists in them by reference.</summary>
internal sealed class ContentComparer : IEqualityComparer<object?>
{
    public static readonly ContentComparer Instance = new();

    public new bool Equals(object? x, object? y) => (x, y) switch
    {
        (null, _) or (_, null) => x is null && y is null,
        (string, _) => x.Equals(y),
        (JsonElement one, JsonElement other) => JsonElement.DeepEquals(one, other),
        (IDictionary one, IDictionary other) => one.Count == other.Count && one.Keys.Cast<object>().All(key => other.Contains(key) && Equals(one[key], other[key])),
        (IEnumerable one, IEnumerable other) => one.Cast<object?>().SequenceEqual(other.Cast<object?>(), this),
        _ when x.GetType() != y.GetType() => false,
        (ValueType, _) => x.Equals(y),
        _ => x.Equals(y) || x.GetType().GetProperties().All(property => Equals(property.GetValue(x), property.GetValue(y))),
    };

    public int GetHashCode(object? obj) => obj switch
    {
        null => 0,
        JsonElement json => HashOf(json),
        string text => text.GetHashCode(StringComparison.Ordinal),
        IDictionary map => map.Count,
        IEnumerable items => items.Cast<object?>().Aggregate(0, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
        ValueType => HashCode.Combine(obj), // With a seed, as callers could choose integers that collide.
        _ => obj.GetType().GetProperties().Aggregate(0, (hash, property) => HashCode.Combine(hash, GetHashCode(property.GetValue(obj)))),
    };

    private static int HashOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Aggregate(1, (hash, item) => HashCode.Combine(hash, HashOf(item))),
        JsonValueKind.Object => json.EnumerateObject().Aggregate(2, (hash, member) => hash ^ HashCode.Combine(member.Name, HashOf(member.Value))),
        JsonValueKind.String => HashCode.Combine(json.GetString()),
        JsonValueKind.Number => json.GetDouble().GetHashCode(),
        _ => (int)json.ValueKind,
    };
}
