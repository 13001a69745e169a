namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

/// <summary>Makes identifiers of a contract's names, for C# and TypeScript alike.</summary>
static class Names
{
    private static readonly HashSet<string> Keywords = [.. """
        abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally
        fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public
        readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual
        void volatile while
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];

    // What records and objects have already.
    private static readonly string[] ObjectMembers = [
        "Clone", "Deconstruct", "EqualityContract", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "PrintMembers", "ReferenceEquals", "ToString"];

    /// <summary>The names that a member of the type cannot have.</summary>
    public static HashSet<string> MembersOf(string type) => [.. ObjectMembers, type];

    /// <summary>A member's name: of one that is taken by every object, or by the type itself, with Value after it.</summary>
    public static string Member(string text, string type, HashSet<string> taken)
    {
        var name = Pascal(text, "Property");
        return Unique(name == type || ObjectMembers.Contains(name) ? name + "Value" : name, taken);
    }

    /// <summary>The words of a text in Pascal case; shouted words are lowered, as in PENDING, and short ones are not, as in EUR.</summary>
    public static string Pascal(string text, string empty)
    {
        var name = new StringBuilder();
        foreach (var word in Words(text))
        {
            var isShouted = word.Length > 3 && !word.Any(char.IsLower) && !text.Any(char.IsLower);
            if (name.Length > 0 && char.IsDigit(name[^1]) && char.IsDigit(word[0]))
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(word[0])).Append(isShouted ? word[1..].ToLowerInvariant() : word[1..]);
        }

        return name.Length == 0 ? empty : char.IsDigit(name[0]) ? $"_{name}" : name.ToString();
    }

    /// <summary>A name in Pascal case as a parameter: OrderId becomes orderId, ETag eTag, SKU sku, Case @case.</summary>
    public static string Camel(string pascal)
    {
        var upper = 0;
        while (upper < pascal.Length && char.IsUpper(pascal[upper]) && (upper == 0 || upper + 1 == pascal.Length || !char.IsLower(pascal[upper + 1])))
        {
            upper++;
        }

        var name = pascal[..upper].ToLowerInvariant() + pascal[upper..];
        return Keywords.Contains(name) ? "@" + name : name;
    }

    /// <summary>The name, or with the first number after it that makes it unused. It is taken then.</summary>
    public static string Unique(string name, ISet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}{(char.IsDigit(name[^1]) ? "_" : "")}{number}");
        }

        return unique;
    }

    // Letters and digits; a sign before a digit or alone is a word, so that -1 and 1 differ.
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        for (var position = 0; position < text.Length; position++)
        {
            var character = text[position];
            if (char.IsAsciiLetterOrDigit(character) || (character > 127 && char.IsLetter(character)))
            {
                word.Append(character);
                continue;
            }

            if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            var isFirst = position == 0 || !char.IsLetterOrDigit(text[position - 1]);
            if (character is '-' or '+' && isFirst && (position + 1 == text.Length || char.IsDigit(text[position + 1]) || position == 0))
            {
                yield return character == '-' ? "Minus" : "Plus";
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}

/// <summary>The names of types that generated code declares: one pool for all kinds, without regard to case, beside the names that generated code uses.</summary>
sealed class TypeNames
{
    private static readonly string[] InUse = """
        Action Array Boolean Byte CancellationToken Char Contract ContractJson ContractLimits ContractPaths ContractRequests ContractValidator DateOnly DateTime DateTimeOffset Decimal
        Default Dictionary Double Enum Exception FromBody FromCookie FromForm FromHeader FromQuery FromRoute Func GeneratedSerializerOptions GetTypeInfo Guid IAsyncEnumerable IDictionary IEndpointRouteBuilder IReadOnlyDictionary
        IReadOnlyList IServiceCollection InputMembers InputValue Int32 Int64 JsonConverter JsonElement JsonException JsonExtensionData JsonIgnore JsonIgnoreCondition JsonInclude
        JsonNumberHandling JsonPropertyName JsonSerializable JsonSerializer JsonSerializerContext JsonSerializerOptions JsonStringEnumConverter JsonStringEnumMemberName JsonTypeInfo
        List Nullable Object Obsolete Operation OperationOutcome OperationResult Optional Options OtherMembers ParameterStyle Problem Program RequestReader Single SseItem Stream String System Task
        Type UnionConverter Upload Uri Utf8JsonReader Utf8JsonWriter ValidationProblem ValueTask
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    // Each type may have rules and a converter, and each name an interface.
    private static readonly string[] Companions = ["", "Rules", "Converter"];

    private readonly HashSet<string> taken = new(InUse, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> inUse = new(InUse, StringComparer.OrdinalIgnoreCase);

    public TypeNames(IEnumerable<string> others)
    {
        foreach (var name in others)
        {
            taken.Add(name);
            inUse.Add(name);
        }
    }

    /// <summary>A type's name; where generated code uses it, with Model after it.</summary>
    public string Type(string text)
    {
        var name = Names.Pascal(text, "Schema");
        return Take(inUse.Contains(name) ? name + "Model" : name, Companions);
    }

    /// <summary>A name, so that it is unused with each of the endings.</summary>
    public string Take(string name, params string[] endings)
    {
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{(char.IsDigit(name[^1]) ? "_" : "")}{number}");
            if (!endings.Any(ending => taken.Contains(candidate + ending)))
            {
                foreach (var ending in endings)
                {
                    taken.Add(candidate + ending);
                }

                return candidate;
            }
        }
    }
}
