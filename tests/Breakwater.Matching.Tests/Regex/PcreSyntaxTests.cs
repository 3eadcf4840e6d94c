namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>What only the PCRE dialect says, and what it refuses. Source: pcre2pattern(3), without UTF mode.</summary>
public sealed class PcreSyntaxTests
{
    private const string Found = """
        é+‖éé‖0-2
        é+‖\xc3\xa9\xa9‖0-3
        [é]‖\xa9‖0-1
        [é]+‖é‖0-2
        \xe9‖\xe9‖0-1
        \x{e9}‖\xe9‖0-1
        \x{bc}‖\xbc‖0-1
        [\x{80}-\x{ff}]‖a\x90‖1-2
        \x4‖\x04‖0-1
        \x‖\0‖0-1
        \xg‖\0g‖0-2
        \x212a‖!2a‖0-3
        \0‖\0‖0-1
        \012‖\n‖0-1
        \101‖A‖0-1
        \o{101}‖A‖0-1
        [\1]‖\x01‖0-1
        [\101]‖A‖0-1
        \11‖\t‖0-1
        \cM‖\r‖0-1
        \cm‖\r‖0-1
        \c[‖\x1b‖0-1
        \e‖\x1b‖0-1
        \v‖\n‖0-1
        \v‖\v‖0-1
        \v‖\x85‖0-1
        \v+‖a\r\n\f‖1-4
        \V‖\na‖1-2
        [\v]‖\r‖0-1
        [^\v]‖\na‖1-2
        \h+‖a \t\xa0\n‖1-4
        \H‖ a‖1-2
        [\h,]+‖a, ,‖1-4
        \N‖\na‖1-2
        (?s)\N‖\n‖no
        \C‖\n‖0-1
        \R‖\r\n‖0-2
        \R\n‖\r\n‖no
        \R‖\r‖0-1
        \R+‖a\r\n\nb‖1-4
        \Z‖a\n‖1-1
        a\Z‖a\n‖0-1
        a\Z‖a\n\n‖no
        a\z‖a\n‖no
        a$‖a\n‖no
        [\b]‖\x08‖0-1
        []a]+‖a]‖0-2
        []-a]+‖]^a‖0-3
        [^]]‖]a‖1-2
        [a[b]‖[‖0-1
        [[a]b‖[b‖0-2
        [a&&b]+‖a&b‖0-3
        [+--]+‖+,-‖0-3
        [\w-.]+‖a-.‖0-3
        [\w-z]+‖-z‖0-2
        [a-\d]+‖a-1‖0-3
        [\Qa]\E]+‖]a‖0-2
        [a\Q-\Ec]+‖a-c‖0-3
        [[:alpha:]-z]+‖a-‖0-2
        [[:word:]]‖_‖0-1
        \Qa.b\E‖a.b‖0-3
        \Qa.b\E‖axb‖no
        \Qa.b‖a.b‖0-3
        \Qab\E+‖abb‖0-3
        \Ea‖a‖0-1
        \Q\Ea‖a‖0-1
        a{,2}‖a{,2}‖0-5
        a{‖a{‖0-2
        a{x}‖a{x}‖0-4
        a{2‖a{2‖0-3
        {‖{‖0-1
        {a}‖{a}‖0-3
        x{2}{‖xx{‖0-3
        \_‖_‖0-1
        \-\é‖-é‖0-3
        a*+b‖aab‖0-3
        a*+a‖aaa‖no
        a++b‖aab‖0-3
        a++a‖aaa‖no
        a?+a‖a‖no
        a?+a‖aa‖0-2
        a?+b‖b‖0-1
        a{1,2}+a‖aa‖no
        a{1,2}+a‖aaa‖0-3
        a{2}+a‖aaa‖0-3
        a{2,}+a‖aaaa‖no
        [ab]*+c‖abac‖0-4
        [ab]*+a‖aba‖no
        \s*+;\s*+x‖  ;  x‖0-6
        .*+a‖ba‖no
        (?>a*)b‖aab‖0-3
        (?>a*)a‖aa‖no
        (?>[a-c]+)c‖abc‖no
        (?>a)b‖ab‖0-2
        (?>a?)a‖a‖no
        a(?=b)‖ab‖0-1
        a(?=b)‖ac‖no
        a(?!b)‖ab‖no
        a(?!b)‖ac‖0-1
        a(?!b)‖a‖0-1
        <\?(?!xml)‖<?xml‖no
        <\?(?!xml)‖<?php‖0-2
        <\?(?!xml)‖<?xm‖0-2
        (?<=a)b‖ab‖1-2
        (?<=a)b‖cb‖no
        (?<!a)b‖ab‖no
        (?<!a)b‖cb‖1-2
        (?<!a)b‖b‖0-1
        (?<!&amp|&lt);‖&amp;;‖5-6
        (?<!&amp|&lt);‖&lt;‖no
        (?<!&amp);‖&am;‖3-4
        (?<=a+)b‖xaab‖3-4
        (?<=^|,)x‖ax,x‖3-4
        (?=.*\d)\w+‖abc1‖0-4
        (?=.*\d)\w+‖abcd‖no
        ^(?=.*\d)(?=.*[a-z]).{3,}$‖ab1‖0-3
        ^(?=.*\d)(?=.*[a-z]).{3,}$‖abc‖no
        ^(?!.*foo).*$‖a foo‖no
        ^(?!.*foo).*$‖a fo‖0-4
        (?=a(?!b))a.‖abac‖2-4
        (?<!(?<!a)b)c‖abc‖2-3
        (?<!(?<!a)b)c‖bc‖no
        (?=(?:a))‖ba‖1-1
        (?i)(?<=A)b‖aB‖1-2
        \b(?=\w{3}\b)\w‖a abc‖2-3
        \b(\w+)\b\s*=\s*\b\1\b‖a=b c = c‖4-9 4-5
        \b(\w+)\b\s*=\s*\b\1\b‖ab=abc‖no
        \b(\w+)\b\s*=\s*\b\1\b‖ab=ab‖0-5 0-2
        \b(\w+)\b\s*=\s*\b\1\b‖ab=AB‖no
        (?i)\b(\w+)\b\s*=\s*\b\1\b‖ab=AB‖0-5 0-2
        (?i:\b(\w+)\b(?:=|\s+like\s+)\b\1\b)‖x like X‖0-8 0-1
        \b([a-z]+)\b\W*?<>\W*?(?!\b\1\b)\w+‖a<>b‖0-4 0-1
        \b([a-z]+)\b\W*?<>\W*?(?!\b\1\b)\w+‖a<>a‖no
        \b([a-z]+)\b\W*?<>\W*?(?!\b\1\b)\w+‖a<>ab‖0-5 0-1
        \b([a-z]+)\b\W*?<>\W*?(?!\b\1\b)\w+‖a <> a <> b‖5-11 5-6
        (?#comment)a‖a‖0-1
        (?'n'a)‖a‖0-1 0-1
        (?<n>a)‖a‖0-1 0-1
        (?P<n>a)‖a‖0-1 0-1
        (?^)a‖a‖0-1
        (?i)(?^:a)‖A‖no
        (?i-:a)‖A‖0-1
        (?m)^‖a\n‖0-0
        (?m)\n^‖a\n‖no
        (?m)\n^b‖a\nb‖1-3
        (?m)a$‖a\n‖0-1
        (?x)[a b]+‖a b‖0-3
        (?x)a\#b‖a#b‖0-3
        [[:space:]]‖\v‖0-1
        \s‖\v‖0-1
        (?i)[\xe0]‖\xc0‖no
        (?i)^(?:ht|f)tps?://‖HTTPS://x‖0-8
        \W*?;?‖a‖0-0
        """;

    private const string Refused = """
        (‖0‖not closed
        a)‖1‖closes no group
        []‖0‖not closed
        [^]‖0‖not closed
        [a-‖0‖not closed
        [[:foo:]]‖1‖no class of this name
        [b-a]‖1‖ends before it starts
        a**‖2‖nothing before this '*'
        a+*‖2‖nothing before this '*'
        a*+*‖3‖nothing before this '*'
        a{2}{3}‖4‖nothing before this '{'
        a(?#x)*‖6‖nothing before this '*'
        *a‖0‖nothing before this '*'
        {2}‖0‖nothing before this '{'
        a{3,2}‖1‖below its lower bound
        a{65536}‖1‖65535
        (?:ab)++c‖0‖single character or class
        (?>ab|a)c‖0‖single character or class
        (a)\1‖3‖Backreferences
        (\w+)=\1‖6‖Backreferences
        \b(\w+)\b.*\b\1\b‖13‖Backreferences
        \b(\w+)\b(?:\s\w+)*\s\b\1\b‖23‖Backreferences
        \b(\w+)\b=\b\2\b‖12‖Backreferences
        (?:\b(\w+)\b=\b\1\b)+‖15‖Backreferences
        \g1‖0‖Backreferences
        \k<a>‖0‖Backreferences
        (?R)‖0‖Recursion
        (?1)‖0‖Recursion
        (?P>a)‖0‖Recursion
        (?&a)‖0‖Recursion
        (?|a|b)‖0‖Recursion
        (?(1)a|b)‖0‖Recursion
        (?C1)‖0‖Recursion
        (*UTF8)a‖0‖Verbs
        \p{L}‖0‖Unicode classes
        \X‖0‖Unicode classes
        \K‖0‖not supported
        \G‖0‖not supported
        \x{100}‖0‖UTF-8
        \x{}‖0‖hexadecimal
        \x{zz}‖0‖hexadecimal
        \400‖0‖octal
        \o{400}‖0‖octal
        \o1‖0‖braces
        \c‖0‖printable
        \y‖0‖Unknown escape
        [\B]‖1‖Unknown escape
        [\R]‖1‖Unknown escape
        \‖0‖lone '\'
        (?#a‖0‖not closed
        (?z)‖2‖Unknown flag
        (?'a>b)‖3‖name
        (?<a>b)(?'a'c)‖10‖already a group named 'a'
        (?=(a))‖0‖Capturing groups inside a lookaround
        """;

    private static readonly ByteRegexOptions Pcre = new() { Dialect = RegexDialect.Pcre };

    [Fact]
    public void It_finds() => RegexTable.Check(Found, Pcre, atLeast: 110);

    [Fact]
    public void It_refuses_with_a_place_and_a_reason() => RefusalTable.Check(Refused, Pcre, atLeast: 45);

    [Theory]
    [InlineData("a$", "a\n", true)]
    [InlineData("a$", "a\n\n", false)]
    [InlineData("a$", "a", true)]
    [InlineData("(?m)a$", "a\n\n", true)]
    public void Without_dollar_end_only_a_dollar_stands_before_a_final_newline_as_well(string pattern, string text, bool expected)
    {
        var options = Pcre with { DollarEndOnly = false };
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), options, out var regex, out _));
        Assert.Equal(expected, regex.IsMatch(Text.Bytes(text)));
    }
}
