namespace ContractCompiler.Model;

using System.Collections.Generic;

/// <summary>The types of plain values. Each is one type in C# and in TypeScript.</summary>
enum Scalar
{
    String,
    Boolean,
    Int32,
    Int64,
    Single,
    Double,
    Decimal,
    Guid,
    Date,
    DateTime,

    /// <summary>Base64 in JSON (format byte).</summary>
    Bytes,

    /// <summary>A file in a form (format binary); nowhere else.</summary>
    File,
}

/// <summary>What a value is: everything resolved and named, nothing left of the versions of OpenAPI. Equal by what it says.</summary>
abstract record TypeModel;

sealed record ScalarType(Scalar Kind) : TypeModel;

/// <summary>Any JSON value.</summary>
sealed record AnyType : TypeModel
{
    public static readonly AnyType Instance = new();
}

sealed record ListType(Use Item) : TypeModel;

sealed record MapType(Use Value) : TypeModel;

/// <summary>A type that the generated code declares.</summary>
sealed record DeclaredType(Declaration Declaration) : TypeModel;

/// <summary>A type where it is used, with what that place adds to it.</summary>
sealed record Use(TypeModel Type)
{
    public bool Nullable { get; init; }

    public Limits Limits { get; init; } = Limits.None;

    public EquatableList<Condition> Conditions { get; init; } = Condition.None;

    /// <summary>The value that stands for an absent one; null without a default, or where it has no form in code.</summary>
    public Literal? Default { get; init; }

    /// <summary>The only value that there can be.</summary>
    public Literal? Const { get; init; }

    public string? Description { get; init; }

    public bool ReadOnly { get; init; }

    public bool WriteOnly { get; init; }

    public bool Deprecated { get; init; }
}

/// <summary>What a value must fit and no type or limit says: not, if, several groups of alternatives …</summary>
/// <param name="Name">What the generated code calls it.</param>
/// <param name="Rule">The keyword.</param>
/// <param name="Message">What a value that fits is like.</param>
/// <param name="Schema">The condition as JSON Schema, its references in place.</param>
sealed record Condition(string Name, string Rule, string Message, string Schema)
{
    public static readonly EquatableList<Condition> None = new([]);
}

/// <summary>A plain value of the contract: its text, and whether it is a string (or else a number, a boolean or null) in JSON.</summary>
sealed record Literal(string Text, bool IsString);

/// <summary>The limits of a value; numbers are the contract's own text.</summary>
sealed record Limits
{
    public static readonly Limits None = new();

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public string? Pattern { get; init; }

    public string? Minimum { get; init; }

    public string? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public string? MultipleOf { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public int? MinProperties { get; init; }

    public int? MaxProperties { get; init; }

    /// <summary>The values that a number, a boolean or any value can have, as JSON. Strings and integers have a declared enumeration.</summary>
    public EquatableList<string>? OneOf { get; init; }
}

/// <summary>A type of the generated code. Reference equality: one schema is one declaration.</summary>
abstract class Declaration(string name)
{
    /// <summary>The name in C# and TypeScript: a valid, unused identifier in Pascal case.</summary>
    public string Name { get; } = name;

    public string? Description { get; set; }

    public bool Deprecated { get; set; }

    /// <summary>What each value of it must fit besides.</summary>
    public EquatableList<Condition> Conditions { get; set; } = Condition.None;

    /// <summary>Whether a request can hold it: then it has a reader and rules.</summary>
    public bool InRequest { get; set; }

    /// <summary>Whether a response can hold it.</summary>
    public bool InResponse { get; set; }
}

sealed class ObjectDeclaration(string name) : Declaration(name)
{
    public List<Member> Members { get; } = [];

    /// <summary>What members of other names hold, where the contract names that (additionalProperties: true or a schema).</summary>
    public Use? Others { get; set; }

    /// <summary>Whether members of other names are rejected (additionalProperties: false). Else, without Others, they are ignored.</summary>
    public bool Closed { get; set; }

    /// <summary>Whether absent and null differ in it: a body of PATCH (RFC 7396). Optional members that may be null are Optional.</summary>
    public bool IsPatch { get; set; }

    public Limits Limits { get; set; } = Limits.None;

    /// <summary>Those that it contains and that contain it: itself, too, where it does.</summary>
    public IReadOnlySet<Declaration> Circle { get; set; } = new HashSet<Declaration>();
}

/// <summary>A member of an object; Name is its name in C#.</summary>
sealed class Member(string json, string name, Use use, bool required)
{
    public string Json { get; } = json;

    public string Name { get; } = name;

    public Use Use { get; set; } = use;

    public bool Required { get; } = required;
}

sealed class EnumDeclaration(string name, bool isInteger) : Declaration(name)
{
    /// <summary>Integers in JSON, else strings.</summary>
    public bool IsInteger { get; } = isInteger;

    public List<(string Name, string Value)> Values { get; } = [];
}

/// <summary>A oneOf or anyOf: a closed set of alternatives.</summary>
sealed class UnionDeclaration(string name) : Declaration(name)
{
    public List<Case> Cases { get; } = [];

    /// <summary>The JSON name of the member that says which alternative a value is.</summary>
    public string? Discriminator { get; set; }

    /// <summary>At least one alternative must fit, not exactly one.</summary>
    public bool IsAnyOf { get; set; }

    /// <summary>In a client the record of alternatives that only a newer service has. Null where another alternative must be tried.</summary>
    public string? Newer { get; set; }
}

/// <param name="Name">The nested record's name, as in OfCat.</param>
/// <param name="Use">What the alternative is.</param>
/// <param name="Values">The discriminator's values that stand for it.</param>
sealed record Case(string Name, Use Use, List<string> Values);
