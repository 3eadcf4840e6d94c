using System.Text;
using Breakwater.Matching;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;
using CsCheck;

namespace Breakwater.Waf.Tests.Operators;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("@streq abc", "abc", true)]
    [InlineData("@streq abc", "abcd", false)]
    [InlineData("@streq abc", "ABC", false)]
    [InlineData("@streq ", "", true)]
    [InlineData("@contains bc", "abcd", true)]
    [InlineData("@contains bc", "ab", false)]
    [InlineData("@strmatch bc", "abcd", true)]
    [InlineData("@containsWord bc", "a bc d", true)]
    [InlineData("@containsWord bc", "abc", false)]
    [InlineData("@containsWord bc", "bcd", false)]
    [InlineData("@containsWord bc", "abc bc", true)]
    [InlineData("@containsWord bc", "1bc_", true)]
    [InlineData("@containsWord bc", "bc", true)]
    [InlineData("@containsWord aa", "aaa aa", true)]
    [InlineData("@beginsWith ab", "abc", true)]
    [InlineData("@beginsWith ab", "xab", false)]
    [InlineData("@endsWith bc", "abc", true)]
    [InlineData("@endsWith bc", "bcx", false)]
    [InlineData("@within GET,POST", "GET", true)]
    [InlineData("@within GET,POST", "PUT", false)]
    [InlineData("@within GET,POST", "T,P", true)]
    [InlineData("@within GET,POST", "", true)]
    [InlineData("@unconditionalMatch", "", true)]
    [InlineData("@noMatch", "x", false)]
    public void Text_is_compared(string written, string value, bool match) => Check(written, value, match);

    [Theory]
    [InlineData("@eq 5", "5", true)]
    [InlineData("@eq 5", " +5abc", true)]
    [InlineData("@eq 0", "abc", true)]
    [InlineData("@eq 0", "", true)]
    [InlineData("@eq 0", "99999999999999999999999", false)]
    [InlineData("@eq -5", "-5", true)]
    [InlineData("@gt 5", "6", true)]
    [InlineData("@gt 5", "5", false)]
    [InlineData("@ge 5", "5", true)]
    [InlineData("@lt 5", "-1", true)]
    [InlineData("@lt 5", "5", false)]
    [InlineData("@le 5", "5", true)]
    [InlineData("@le 5", "6", false)]
    [InlineData("@gt 9223372036854775806", "99999999999999999999", true)]
    [InlineData("@lt -9223372036854775807", "-9223372036854775808", true)]
    public void Numbers_are_compared(string written, string value, bool match) => Check(written, value, match);

    [Theory]
    [InlineData("@ipMatch 10.0.0.0/8,192.168.1.77/24", "10.1.2.3", true)]
    [InlineData("@ipMatch 10.0.0.0/8, 192.168.1.77/24", "192.168.1.1", true)]
    [InlineData("@ipMatch 10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("@ipMatch 10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("@ipMatch 2001:db8::/32", "2001:db8::1", true)]
    [InlineData("@ipMatch ::1", "::2", false)]
    [InlineData("@ipMatch 127.0.0.1", "localhost", false)]
    [InlineData("@pm alpha beta", "xBETAx", true)]
    [InlineData("@pm alpha beta", "bet", false)]
    [InlineData("@pm a|20 42|c", "A Bc", true)]
    [InlineData("@pm |zz|", "|zz|", true)]
    [InlineData("@pm a\\;b", "a;b", true)]
    [InlineData("@validateByteRange 32-126", "abc", false)]
    [InlineData("@validateByteRange 32-126", "a\0", true)]
    [InlineData("@validateByteRange 9,10,13,32-126,128-255", "a\t\u00ff", false)]
    [InlineData("@validateUrlEncoding", "a%41", false)]
    [InlineData("@validateUrlEncoding", "a%4", true)]
    [InlineData("@validateUrlEncoding", "a%zz", true)]
    [InlineData("@validateUrlEncoding", "%41%", true)]
    [InlineData("@validateUtf8Encoding", "\u00c3\u00a9", false)]
    [InlineData("@validateUtf8Encoding", "\u00c3", true)]
    [InlineData("@validateUtf8Encoding", "\u00c0\u0080", true)]
    [InlineData("@validateUtf8Encoding", "\u00ed\u00a0\u0080", true)]
    [InlineData("@validateUtf8Encoding", "\u00f5\u0080\u0080\u0080", true)]
    [InlineData("@verifyCC \\d{13,16}", "card 4111111111111111.", true)]
    [InlineData("@verifyCC \\d{16}", "card 4111111111111112.", false)]
    [InlineData("@verifyCC \\d{16}", "94111111111111111", true)]
    [InlineData("@verifyCPF \\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}", "529.982.247-25", true)]
    [InlineData("@verifyCPF \\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}", "529.982.247-26", false)]
    [InlineData("@verifyCPF \\d{11}", "11111111111", false)]
    [InlineData("@verifySSN \\d{3}-?\\d{2}-?\\d{4}", "078-05-1120", true)]
    [InlineData("@verifySSN \\d{3}-?\\d{2}-?\\d{4}", "666-05-1120", false)]
    [InlineData("@verifySSN \\d{9}", "123456789", false)]
    [InlineData("@verifySVNR \\d{10}", "1237010180", true)]
    [InlineData("@verifySVNR \\d{10}", "1238010180", false)]
    public void Values_are_checked(string written, string value, bool match) => Check(written, value, match);

    [Theory]
    [InlineData("@rx ^a.c$", "abc", true)]
    [InlineData("@rx ^a.c$", "x\na\nc\ny", true)]
    [InlineData("@rx \\x{ff}", "\u00ff", true)]
    [InlineData("@rx (?i)ABC", "xabc", true)]
    [InlineData("@rx", "anything", true)]
    [InlineData("@rx ^$", "", true)]
    [InlineData("abc", "abd", false)]
    [InlineData("@rxGlobal b", "abab", true)]
    public void Expressions_are_searched(string written, string value, bool match) => Check(written, value, match);

    [Theory]
    [InlineData("@rx (a)(x)?(b)", "zab", "1-3 1-2 none 2-3")]
    [InlineData("@rx ab", "zab", "1-3")]
    [InlineData("@rxGlobal (a)|(b)", "zab", "2-3 1-2 2-3")]
    [InlineData("@pm beta alpha", "x ALPHA beta", "2-7")]
    [InlineData("@verifyCC \\d{16}", "94111111111111111", "1-17")]
    [InlineData("@contains b", "ab", "")]
    [InlineData("@rx (1)(2)(3)(4)(5)(6)(7)(8)(9)(a)(b)", "123456789ab", "0-11 0-1 1-2 2-3 3-4 4-5 5-6 6-7 7-8 8-9")]
    public void What_matched_is_told(string written, string value, string expected)
    {
        (Operator op, byte[] argument) = Compile(written);
        Span<ByteRange> groups = stackalloc ByteRange[Operator.MaxGroups];
        Assert.True(op.TryMatch(Encoding.Latin1.GetBytes(value), argument, groups, out int count));
        string[] shown = new string[count];
        for (int i = 0; i < count; i++) shown[i] = groups[i].IsNone ? "none" : $"{groups[i].Start}-{groups[i].End}";
        Assert.Equal(expected, string.Join(' ', shown));
    }

    [Theory]
    [InlineData("@rx (a", "the expression is wrong at its byte")]
    [InlineData("@ipMatch 10.0.0.300", "\"10.0.0.300\" is no address and no network")]
    [InlineData("@validateByteRange 5-", "\"5-\" is no range of bytes")]
    [InlineData("@validateByteRange 9-5", "\"9-5\" is no range of bytes")]
    [InlineData("@validateByteRange 256", "\"256\" is no range of bytes")]
    public void A_wrong_argument_is_an_error_with_its_place(string written, string error)
    {
        List<SecDiagnostic> found = [];
        Assert.Null(new OperatorCompiler().Compile(Source(written), found));
        Assert.Contains(error, Assert.Single(found).ToString(), StringComparison.Ordinal);
        Assert.Equal("rules.conf:1:15", found[0].Position.ToString());
    }

    [Fact]
    public void Rules_that_say_the_same_share_one_operator()
    {
        OperatorCompiler compiler = new();
        Operator? Compiled(string written) => compiler.Compile(Source(written), []);
        Assert.Same(Compiled("@pm a b"), Compiled("@pm a b"));
        Assert.NotSame(Compiled("@pm a b"), Compiled("@pm a c"));
    }

    [Fact]
    public void Digits_without_end_take_linear_time()
    {
        // Each digit starts a candidate that ends with the text: reading all of them would take minutes.
        (Operator op, byte[] argument) = Compile("@verifySSN \\d+");
        Assert.False(op.IsMatch(Encoding.ASCII.GetBytes(new string('1', 400_000)), argument));
    }

    [Fact]
    public void No_value_makes_an_operator_throw()
    {
        string[] all =
        [
            "@streq a", "@contains a", "@containsWord a", "@beginsWith a", "@endsWith a", "@within abc", "@eq 1", "@ge 1", "@gt 1", "@le 1", "@lt 1", "@ipMatch ::/0,0.0.0.0/0",
            "@pm a b", "@rx (a|b)+", "@rxGlobal (a|b)*", "@validateByteRange 1-5", "@validateUrlEncoding", "@validateUtf8Encoding", "@verifyCC \\d+", "@verifyCPF \\d+", "@verifySSN \\d+", "@verifySVNR \\d+",
        ];
        (Operator, byte[])[] operators = [.. all.Select(Compile)];
        Gen<byte[]> near = Gen.Int[0, 15].Select(i => (byte)"ab0123456789-+ %"[i]).Array[0, 40];
        Gen.OneOf(near, Gen.Byte.Array[0, 40]).Sample(
            value =>
            {
                Span<ByteRange> groups = stackalloc ByteRange[Operator.MaxGroups];
                foreach ((Operator op, byte[] argument) in operators)
                {
                    if (op.IsMatch(value, argument) != op.TryMatch(value, argument, groups, out _)) return false;
                }

                return true;
            },
            iter: 5000, seed: "0000KN3ovL9f");
    }

    private static void Check(string written, string value, bool match)
    {
        (Operator op, byte[] argument) = Compile(written);
        Assert.Equal(match, op.IsMatch(Encoding.Latin1.GetBytes(value), argument));
    }

    private static (Operator, byte[]) Compile(string written)
    {
        SecOperator source = Source(written);
        List<SecDiagnostic> found = [];
        Operator? op = new OperatorCompiler().Compile(source, found);
        Assert.True(op is not null, string.Join("\n", found));
        return (op, Encoding.Latin1.GetBytes(source.Argument.Source));
    }

    private static SecOperator Source(string written)
    {
        SecLoadResult result = SecRuleset.Parse($"SecRule ARGS '{written}' 'id:1'");
        Assert.True(result.Ruleset is not null, string.Join("\n", result.Diagnostics));
        return result.Ruleset.Rules.Single().Operator;
    }
}
