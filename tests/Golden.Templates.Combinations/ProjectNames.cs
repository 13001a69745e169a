using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Golden.Templates.Combinations;

/// <summary>Names that a user might give a project, and names that nobody should.</summary>
static class ProjectNames
{
    public const int Seed = 20261122;

    static readonly string[] Devices = ["CON", "nul", "Aux", "PRN", "COM1", "LPT9"];

    static readonly string[] Spellings =
    [
        "my-api", "My App", "3d", "3d.Api", "2024", "Acme.2nd", "Acme..Orders", ".Acme", "Acme.", "...", "-", "--", "_", "__", "!", "Acme. -Orders", "Acme (new)", "100% Ours",
        "A & B", "A&amp;B", "a+b", "a,b", "a;b", "a=b", "a@b", "a#b", "a~b", "a^b", "a`b", "a{b}", "a[0]", "{}", "C#", "F#.Api", "C++", ".NET", "@class", "#if", "$(Acme", "$", "a\tb",
        "GoldenService", "goldenService", "Acme.GoldenService.GoldenService", "localhost:5180", "5180", "true", "ORDERS", "orders", "Test", "Acme.Tests", "Acme.Api.Client.Tests",
    ];

    static readonly string[] Scripts =
    [
        "日本", "日本.注文", "Größe", "Ωmega.Λ", "Заказы", "שלום", "طلبات", "คำสั่ง", "आदेश", "주문", "é", "Ångström", "İstanbul.ığ", "ﬁle", "ǅ", "ª", "Ⅷ", "٣", "a٣", "²", "‿a", "a‿b",
        "𝒜cme", "a𝒜", "😀", "a😀b", "a\u200db", "\u200bAcme", "Acme\u00a0Orders", "Acme\u202eOrders", "\ufeffAcme", "\ud800",
    ];

    static readonly string[] Xml = ["<a>", "a<b", "a>b", "&lt;", "\"quoted\"", "it's", "a]]>b", "<!--", "-->", "<?xml?>", "&#0;"];

    static readonly string[] Paths =
    [
        ".", "..", "../Acme", "../../Acme", "a/../b", "a/b", "/Acme", @"a\b", @"..\Acme", @"C:\Acme", "C:Acme", "a:b", "a*b", "a?b", "a|b", "$(x)", "$(MSBuildProjectDirectory)", "%2e%2e",
        "50%25", "%20", "~", "~/Acme", "a\0b", "a\nb", "a\rb",
    ];

    // A library can be used from all three languages, and analyzers of .NET take the words of each for bad names.
    static readonly string[] VisualBasic =
        """
        AddHandler AddressOf Alias And AndAlso As Boolean ByRef Byte ByVal Call Case Catch CBool CByte CChar CDate CDbl CDec Char CInt Class CLng
        CObj Const Continue CSByte CShort CSng CStr CType CUInt CULng CUShort Date Decimal Declare Default Delegate Dim DirectCast Do Double Each
        Else ElseIf End EndIf Enum Erase Error Event Exit False Finally For Friend Function Get GetType GetXMLNamespace Global GoSub GoTo Handles If
        Implements Imports In Inherits Integer Interface Is IsNot Let Lib Like Long Loop Me Mod Module MustInherit MustOverride MyBase MyClass
        NameOf Namespace Narrowing New Next Not Nothing NotInheritable NotOverridable Object Of On Operator Option Optional Or OrElse Out Overloads
        Overridable Overrides ParamArray Partial Private Property Protected Public RaiseEvent ReadOnly ReDim REM RemoveHandler Resume Return SByte
        Select Set Shadows Shared Short Single Static Step Stop String Structure Sub SyncLock Then Throw To True Try TryCast TypeOf UInteger ULong
        UShort Using Variant Wend When While Widening With WithEvents WriteOnly Xor
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static readonly string[] FSharp =
        """
        abstract and as assert base begin class default delegate do done downcast downto elif else end exception extern false finally fixed for fun
        function global if in inherit inline interface internal lazy let match member module mutable namespace new not null of open or override
        private public rec return select sig static struct then to true try type upcast use val void when while with yield const asr land lor lsl
        lsr lxor mod atomic break checked component constraint constructor continue event external include mixin parallel process protected pure
        sealed tailcall trait virtual
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All names, each once.</summary>
    /// <param name="code">The code that the names must get along with.</param>
    /// <param name="packages">The ids of the packages that it uses.</param>
    public static IEnumerable<string> All(IReadOnlyCollection<OutputFile> code, IReadOnlySet<string> packages)
    {
        var keywords = SyntaxFacts.GetKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText).Distinct();
        return ((IEnumerable<string>)
        [
            .. Spellings,
            .. Scripts,
            .. Xml,
            .. Paths,
            .. Devices.SelectMany(device => new[] { device, device + ".Orders", "Acme." + device }),
            .. keywords.Concat(VisualBasic).Concat(FSharp).Distinct().SelectMany(word => InPlaces(word).Append($"Acme.{word}.Orders")),
            .. code.SelectMany(NamesUsed).Distinct().Order(StringComparer.Ordinal).SelectMany(InPlaces),
            .. packages.Order(StringComparer.Ordinal).SelectMany(Shortened).Distinct(),
            .. Lengths(),
            .. Composed(),
        ]).Distinct();
    }

    /// <summary>Types and namespaces: what stands where a namespace of the same name could hide it.</summary>
    static IEnumerable<string> NamesUsed(OutputFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text).GetRoot();
        var used = root.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.Parent is not MemberAccessExpressionSyntax access || access.Name != name)
            .Select(name => name.Identifier.ValueText);
        var declared = root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText);
        return used.Concat(declared).Where(name => name.Length > 0 && char.IsUpper(name[0]) && name != "Acme");
    }

    // All later segments are alike to the compiler.
    static IEnumerable<string> InPlaces(string word) => [word, $"{word}.Orders", $"Acme.{word}"];

    // NuGet takes project and package names for the same: the project OpenTelemetry.Api of the solution OpenTelemetry is one of its packages.
    static IEnumerable<string> Shortened(string package)
    {
        for (var end = package.Length; end > 0; end = package.LastIndexOf('.', end - 1))
        {
            yield return package[..end];
        }
    }

    static IEnumerable<string> Lengths()
    {
        foreach (var length in (int[])[59, 60, 61, 70, 200, 2000])
        {
            yield return new('a', length);
            yield return new('日', length);
            yield return new('.', length);
            yield return string.Concat(Enumerable.Repeat("ab.", length / 3));
            yield return "Acme." + new string('-', length) + ".Orders";
        }
    }

    static IEnumerable<string> Composed()
    {
        var random = new Random(Seed);
        string[] pieces = ["Acme", "orders", "class", "Task", "System", "9", "-", " ", ".", "..", "_", "日", "é", "&", "(", "%", "😀", "\"", "<", "con", "Api", "Client", "+", "'"];
        return Enumerable.Range(0, 500).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => pieces[random.Next(pieces.Length)])))
            // The command line takes a blank name for none.
            .Where(name => !string.IsNullOrWhiteSpace(name));
    }
}
