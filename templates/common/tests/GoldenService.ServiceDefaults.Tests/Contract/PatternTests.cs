namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Diagnostics;
using Xunit;

/// <summary>A pattern matches what it matches in ECMA-262 with the flag u.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("b", "abc", true)]
    [InlineData("^b$", "b\n", false)]
    [InlineData(@"^\d$", "5", true)]
    [InlineData(@"^\d$", "\u0665", false)]
    [InlineData(@"^\D$", "\u0665", true)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^\s$", "\ufeff", true)]
    [InlineData(@"^\s$", "\u0085", false)]
    [InlineData(@"^\S$", "\u0085", true)]
    [InlineData(@"^[\w.-]+$", "a.b-c", true)]
    [InlineData(@"^[^\s\d]$", "a", true)]
    [InlineData(@"^[^\s\d]$", "1", false)]
    [InlineData(@"^[\W_]$", "_", true)]
    [InlineData("^.$", "\U0001F600", true)]
    [InlineData("^..$", "\U0001F600", false)]
    [InlineData("^[^a]$", "\U0001F600", true)]
    [InlineData("^[^a]{2}$", "\U0001F600", false)]
    [InlineData("^[\U0001F600-\U0001F64F]$", "\U0001F610", true)]
    [InlineData("^[^\U0001F600-\U0001F64F]$", "\U0001F610", false)]
    [InlineData("^[^\U0001F600-\U0001F64F]$", "\U0001F650", true)]
    [InlineData("^\U0001F600{2}$", "\U0001F600\U0001F600", true)]
    [InlineData(@"^\u{1F600}$", "\U0001F600", true)]
    [InlineData(@"^\uD83D\uDE00$", "\U0001F600", true)]
    [InlineData(@"^[\uD83D\uDE00]$", "\U0001F600", true)]
    [InlineData(@"^\x41\u0042\cJ\0$", "AB\n\0", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^.$", "\u0085", true)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("[]", "a", false)]
    [InlineData(@"^\/a\/$", "/a/", true)]
    [InlineData(@"^a\-b\_c\@$", "a-b_c@", true)]
    [InlineData(@"^\p{L}+$", "aé\U0001D49C", true)]
    [InlineData(@"^\p{Lu}$", "a", false)]
    [InlineData(@"^\p{Letter}\P{L}$", "a1", true)]
    [InlineData(@"^[\p{L}\p{Nd}]$", "\u0665", true)]
    [InlineData(@"^[^\p{L}]$", "\U0001D49C", false)]
    [InlineData(@"\bfoo\b", "a foo b", true)]
    [InlineData(@"\bfoo\b", "éfoo", true)]
    [InlineData(@"\Boo", "foo", true)]
    [InlineData("^(?=.*[a-z])(?=.*[0-9]).{4,}$", "abc1", true)]
    [InlineData("^(?!admin)[a-z]+$", "admin1", false)]
    [InlineData("(?<=a)b(?<!c)", "ab", true)]
    [InlineData(@"^(?<q>['""])a\k<q>$", "'a'", true)]
    [InlineData(@"^(a)?(b)\2\1$", "bb", true)]
    [InlineData(@"^(?<y>[0-9])(-)\2\1$", "1--1", true)]
    [InlineData("^a{2,3}?$", "aaaa", false)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^[$^.*+?(){}|]$", "|", true)]
    [InlineData("a|^b$", "b", true)]
    [InlineData("^(a|bc){1,4000}$", "abcabc", true)]
    [InlineData("", "", true)]
    public void It_matches(string pattern, string text, bool matches) => Assert.Equal(matches, ContractPattern.Compile(pattern)(text));

    [Theory]
    [InlineData("(?>a)", "group")]
    [InlineData("(?i)a", "group")]
    [InlineData("(?#a)", "group")]
    [InlineData("(?(a)b)", "group")]
    [InlineData("(?<a-b>c)", "name")]
    [InlineData("(?<a>b)(?<a>c)", "name")]
    [InlineData(@"\Aa\z", "escape")]
    [InlineData(@"\h", "escape")]
    [InlineData(@"\u12", "hexadecimal")]
    [InlineData(@"\1", "refers")]
    [InlineData(@"\k<a>", "refers")]
    [InlineData("a**", "nothing to repeat")]
    [InlineData("a++", "nothing to repeat")]
    [InlineData("*a", "nothing to repeat")]
    [InlineData("^*", "no width")]
    [InlineData("a{3,2}", "no range")]
    [InlineData("[b-a]", "range")]
    [InlineData(@"[\w-z]", "range")]
    [InlineData("[a", "[")]
    [InlineData("(a", "(")]
    [InlineData("a)", ")")]
    [InlineData("a\\", "\\")]
    public void What_ECMA_262_has_not_is_rejected_with_the_reason(string pattern, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => ContractPattern.Compile(pattern)).Message.Replace(pattern, "", StringComparison.Ordinal), StringComparison.Ordinal);

    // The compiler of contracts warns of these and leaves them out.
    [Theory]
    [InlineData("a{99999999999}", "repeats")]
    [InlineData(@"\p{IsGreek}", "not supported")]
    [InlineData(@"\p{Script=Greek}", "not supported")]
    public void What_cannot_be_matched_is_rejected_with_the_reason(string pattern, string reason) =>
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => ContractPattern.Compile(pattern)).Message.Replace(pattern, "", StringComparison.Ordinal), StringComparison.Ordinal);

    // Fails when ContractPattern sets no time.
    [Fact]
    public void Backtracking_has_a_time()
    {
        var begin = Stopwatch.GetTimestamp();

        Assert.False(ContractPattern.Compile("^(?=a)(a+)+$")(new string('a', 100) + "b"));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
