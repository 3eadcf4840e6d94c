namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>What only the Rust dialect says, and what it refuses. Source: the syntax chapter of the regex crate, Unicode mode off.</summary>
public sealed class RustSyntaxTests
{
    private const string Found = """
        é+‖éé‖0-4
        é+é‖éé‖0-4
        (?:é|ü)‖ü‖0-2
        日本‖日本‖0-6
        [^a]‖é‖0-1
        .‖é‖0-1
        \x{e9}‖é‖0-2
        \x{e9}‖\xe9‖no
        \xe9‖\xe9‖0-1
        \u00e9‖é‖0-2
        \U000000e9‖é‖0-2
        \u{e9}‖é‖0-2
        \x{1F600}‖😀‖0-4
        \u0041‖A‖0-1
        [\u0041]‖A‖0-1
        \v‖\v‖0-1
        \v‖\n‖no
        [\v]‖\v‖0-1
        [a[bc]]‖c‖0-1
        [a[^b]]‖b‖no
        [a-z&&[^aeiou]]+‖eabce‖2-4
        [a-z&&b-d&&c]‖abcd‖2-3
        [a-z--[aeiou]]+‖abcde‖1-4
        [a-z--aeiou]+‖abcde‖1-4
        [a-g~~b-z]+‖bagh‖1-2
        [[a-z]&&[x]]‖ax‖1-2
        [^a-z&&[^b]]‖b‖0-1
        [\w&&[^\d]]+‖12ab3‖2-4
        [\w--\d]+‖12ab3‖2-4
        [a&&b]‖a‖no
        [a&b]+‖a&b‖0-3
        [a~b]+‖a~b‖0-3
        [a-c-e]+‖a-e‖0-3
        [--a]‖-‖0-1
        [+--]‖+‖0-1
        []--a]‖]‖0-1
        [[:foo:]]+‖:of‖0-3
        [[:alpha:]--[a-c]]+‖abcd‖3-4
        [a\]b]+‖]ab‖0-3
        (?i)[a-z--b]+‖aBc‖0-1
        (?i)[b&&B]‖b‖0-1
        a**‖aaa‖0-3
        a*+‖aaa‖0-3
        a+*‖aaa‖0-3
        a*?*‖aaa‖0-0
        (?:a+?)*‖aaa‖0-3
        (?:a{2}){2}‖aaaa‖0-4
        a{2}{2}‖aaaa‖0-4
        a{2}{2}‖aaa‖no
        ^*a‖ba‖1-2
        \b+a‖-a‖1-2
        $+‖a‖1-1
        \<a‖ba a‖3-4
        a\>‖ab a‖3-4
        \b{start}a‖ba a‖3-4
        a\b{end}‖ab a‖3-4
        \b{start-half}a‖ba a‖3-4
        a\b{end-half}‖ab a‖3-4
        \b{start-half}-‖a-‖no
        \b{start-half}-‖--‖0-1
        (?R).‖\r‖no
        (?R).‖\n‖no
        (?mR)^a‖b\r\na‖3-4
        (?mR)b$‖b\r\na‖0-1
        (?mR)$‖\r\n‖0-0
        (?mR)\r$‖\r\n‖no
        (?mR)^\n‖\r\n‖no
        (?mR)\r^\n‖\r\n‖no
        (?mR)^a‖\ra‖1-2
        (?m)^a‖\ra‖no
        (?m)^‖a\n‖0-0
        (?m)a\n^‖a\n‖0-2
        (?m)\n$‖a\n‖1-2
        (?-u)a‖a‖0-1
        (?-u:\xff)‖\xff‖0-1
        (?i-u)A‖a‖0-1
        (?x)[a b]+‖a b‖0-1
        (?x)\ a‖ a‖0-2
        (?x)a{ 2 , 3 }‖aaa‖0-3
        (?P<a_1>x)‖x‖0-1 0-1
        (?<a.b>x)‖x‖0-1 0-1
        (?<a[0]>x)‖x‖0-1 0-1
        \_‖_‖0-1
        \"\/‖"/‖0-2
        a$b‖a$b‖no
        (?:a$|b)c‖bc‖0-2
        (a*)*‖b‖0-0 0-0
        (a*)+‖aa‖0-2 0-2
        (a|b*)*‖ab‖0-2 1-2
        (|a)*‖aaa‖0-0 0-0
        (|a)+‖aaa‖0-0 0-0
        (?s).*?‖abc‖0-0
        x{0}{0}‖x‖0-0
        """;

    private const string Refused = """
        (‖0‖not closed
        ab(cd‖2‖not closed
        a)‖1‖closes no group
        (?:a‖0‖not closed
        [‖0‖not closed
        [a‖0‖not closed
        []‖0‖not closed
        [^]‖0‖not closed
        [a-‖0‖not closed
        [[a]‖0‖not closed
        [a[b]‖0‖not closed
        a[b-a]‖2‖ends before it starts
        [z-a]‖1‖ends before it starts
        [\d-z]‖1‖cannot be its bound
        [a-\d]‖1‖cannot be its bound
        [\b]‖1‖cannot stand in it
        [\B]‖1‖cannot stand in it
        [\A]‖1‖cannot stand in it
        [é]‖1‖several in UTF-8
        [a-é]‖3‖several in UTF-8
        [\x{e9}]‖1‖several in UTF-8
        (?i)é‖4‖Unicode mode is off
        *‖0‖nothing before this '*'
        +a‖0‖nothing before this '+'
        ?‖0‖nothing before this '?'
        a|*‖2‖nothing before this '*'
        (*)‖1‖nothing before this '*'
        (?i)*‖4‖nothing before this '*'
        {2}‖0‖nothing before this '{'
        a{‖1‖A count is written
        a{}‖1‖A count is written
        a{,2}‖1‖A count is written
        a{x}‖1‖A count is written
        a{2‖1‖A count is written
        a{2,‖1‖A count is written
        a{2,x}‖1‖A count is written
        a{3,2}‖1‖below its lower bound
        a{2,1}?‖1‖below its lower bound
        \‖0‖lone '\'
        ab\‖2‖lone '\'
        \y‖0‖Unknown escape
        \Z‖0‖Unknown escape
        \h‖0‖Unknown escape
        \e‖0‖Unknown escape
        \Qa‖0‖Unknown escape
        \é‖0‖Unknown escape
        (a)\1‖3‖Backreferences
        \9‖0‖Backreferences
        \012‖0‖Octal
        \p{L}‖0‖Unicode classes
        \pL‖0‖Unicode classes
        [\p{L}]‖1‖Unicode classes
        \x4‖0‖hexadecimal
        \x{‖0‖hexadecimal
        \x{}‖0‖hexadecimal
        \x{4g}‖0‖hexadecimal
        \u12‖0‖hexadecimal
        \U0041‖0‖hexadecimal
        \x{110000}‖0‖no character with this number
        \x{d800}‖0‖no character with this number
        (?u)a‖2‖Unicode mode is not supported
        (?iu:a)‖3‖Unicode mode is not supported
        (?z)a‖2‖Unknown flag
        (?i‖0‖not closed
        (?)‖2‖Unknown flag
        (?-)a‖3‖Unknown flag
        (?i-)a‖4‖Unknown flag
        (?=a)‖0‖Lookaround
        (?!a)‖0‖Lookaround
        (?<=a)‖0‖Lookaround
        (?<!a)‖0‖Lookaround
        (?>a)‖2‖Unknown flag
        (?P<>a)‖4‖name
        (?P<1a>b)‖4‖name
        (?P<a b>c)‖4‖name
        (?P<a>b)(?P<a>c)‖12‖already a group named 'a'
        (?<a>b)(?<a>c)‖10‖already a group named 'a'
        (?P=a)‖2‖Unknown flag
        a{1000000}‖1‖written out
        ((a{100}){100}){100}‖15‖written out
        (?:(?:(?:(?:a{99}){99}){99}){99}){99}‖23‖written out
        """;

    [Fact]
    public void It_finds() => RegexTable.Check(Found, ByteRegexOptions.Default, atLeast: 80);

    [Fact]
    public void It_refuses_with_a_place_and_a_reason() => RefusalTable.Check(Refused, ByteRegexOptions.Default, atLeast: 70);

    [Fact]
    public void A_pattern_that_is_not_utf8_is_refused()
    {
        Assert.False(ByteRegex.TryCompile([.. "ab"u8, 0xFF], ByteRegexOptions.Default, out _, out var error));
        Assert.Equal(2, error.Offset);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }
}
