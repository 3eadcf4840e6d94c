namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>What both dialects say alike.</summary>
public sealed class CommonSyntaxTests
{
    private const string Table = """
        a‖a‖0-1
        a‖ba‖1-2
        a‖‖no
        ‖‖0-0
        ‖abc‖0-0
        abc‖xabcx‖1-4
        abc‖ab‖no
        .‖\n‖no
        .‖\xff‖0-1
        .‖\0‖0-1
        (?s:.)‖\n‖0-1
        (?s).‖\n‖0-1
        (?s)a.b‖a\nb‖0-3
        (?s-s)a.b‖a\nb‖no
        a.b‖a\nb‖no
        .*‖ab\ncd‖0-2
        .+‖\n\nab‖2-4
        a*‖aaa‖0-3
        a*‖baaa‖0-0
        a+‖baaa‖1-4
        a?‖aa‖0-1
        a*?‖aaa‖0-0
        a+?‖aaa‖0-1
        a??‖a‖0-0
        a??b‖ab‖0-2
        a{2}‖aaa‖0-2
        a{2}‖a‖no
        a{2,}‖aaaa‖0-4
        a{2,3}‖aaaa‖0-3
        a{2,3}?‖aaaa‖0-2
        a{0}‖a‖0-0
        a{0,0}b‖ab‖1-2
        a{0,1}b‖aab‖1-3
        a{1}‖a‖0-1
        (?:ab){2}‖ababab‖0-4
        (ab){2}‖ababab‖0-4 2-4
        (a|b)*‖abba‖0-4 3-4
        (a)|(b)‖b‖0-1 ~ 0-1
        (a)|b‖b‖0-1 ~
        (a*)‖b‖0-0 0-0
        (a)*‖b‖0-0 ~
        (a)?b‖b‖0-1 ~
        (a)?b‖ab‖0-2 0-1
        ((a)(b))‖ab‖0-2 0-2 0-1 1-2
        (a(b(c)))d‖abcd‖0-4 0-3 1-3 2-3
        (a+)(b+)‖aabb‖0-4 0-2 2-4
        (a+?)(a*)‖aaa‖0-3 0-1 1-3
        (.*)(b)‖abab‖0-4 0-3 3-4
        (.*?)(b)‖abab‖0-2 0-1 1-2
        (?:a|b)c‖bc‖0-2
        a|b|c‖c‖0-1
        a|ab‖ab‖0-1
        ab|a‖ab‖0-2
        (?:a|ab)c‖abc‖0-3
        (?:a|ab)(?:c|bcd)‖abcd‖0-4
        (a|ab)(c|bcd)‖abcd‖0-4 0-1 1-4
        (a|ab)(c|bcd)$‖abcd‖0-4 0-1 1-4
        (|a)b‖ab‖0-2 0-1
        (a|)b‖b‖0-1 0-0
        |a‖a‖0-0
        a|‖a‖0-1
        a|‖b‖0-0
        (?:)‖a‖0-0
        ()‖a‖0-0 0-0
        (())‖‖0-0 0-0 0-0
        foo|foobar‖foobar‖0-3
        foobar|foo‖foobar‖0-6
        sam|samwise‖samwise‖0-3
        ^a‖a‖0-1
        ^a‖ba‖no
        ^a‖\na‖no
        a$‖a‖0-1
        a$‖ab‖no
        a$‖a\n‖no
        ^$‖‖0-0
        ^$‖a‖no
        ^‖a‖0-0
        $‖a‖1-1
        $‖a\n‖2-2
        ^a|b$‖cb‖1-2
        (?:^|b)a‖ba‖0-2
        (?:^|b)a‖a‖0-1
        a(?:b|$)‖a‖0-1
        \Aa‖a‖0-1
        \Aa‖ba‖no
        \Ab‖a\nb‖no
        a\z‖ba‖1-2
        a\z‖a\n‖no
        (?m)^a‖b\na‖2-3
        (?m)^a‖ba‖no
        (?m)a$‖a\nb‖0-1
        (?m)a$‖ab‖no
        (?m)^$‖a\n\nb‖2-2
        (?m)^\w+$‖--\nab\n--‖3-5
        (?m:^)b‖a\nb‖2-3
        (?m)\Ab‖a\nb‖no
        (?m)a\z‖a\nb‖no
        (?m)a\z‖b\na‖2-3
        (?-m)^b‖a\nb‖no
        \bfoo\b‖a foo b‖2-5
        \bfoo\b‖afoo‖no
        \bfoo\b‖foob‖no
        \bfoo\b‖foo‖0-3
        \bfoo\b‖(foo)‖1-4
        \bfoo\b‖foo_‖no
        \bfoo\b‖foo1‖no
        \bfoo\b‖foo\xc3‖0-3
        \Bfoo‖afoo‖1-4
        \Bfoo‖foo‖no
        \Bfoo\B‖afoob‖1-4
        \b‖‖no
        \B‖‖0-0
        \b‖a‖0-0
        \B‖a‖no
        a\b‖ab a‖3-4
        \b\w‖ -a‖2-3
        x\by‖xy‖no
        x\b.‖x-‖0-2
        x\B.‖x-‖no
        \d‖a7‖1-2
        \d+‖a123b‖1-4
        \D+‖123abc4‖3-6
        \d‖٣‖no
        \w+‖-ab_9-‖1-5
        \w‖é‖no
        \W‖é‖0-1
        \W+‖ab- c‖2-4
        \s‖ab c‖2-3
        \s+‖a\t\n\v\f\r b‖1-7
        \s‖\xa0‖no
        \s‖\x85‖no
        \S+‖  ab  ‖2-4
        [abc]‖xb‖1-2
        [abc]+‖xcab1‖1-4
        [^abc]‖abd‖2-3
        [^a]‖a‖no
        [^a]‖\n‖0-1
        [^\n]‖\n‖no
        [a-c]‖d‖no
        [a-c]‖b‖0-1
        [a-cx-z]+‖abxyq‖0-4
        [A-Za-z0-9_]+‖ Ab_9 ‖1-5
        [-a]‖-‖0-1
        [a-]‖-‖0-1
        [a\-z]‖-‖0-1
        [a\-z]‖b‖no
        [\]]‖]‖0-1
        []a]‖]‖0-1
        []a]+‖a]a‖0-3
        [^]a]‖]‖no
        [^]a]‖b‖0-1
        [.]‖a‖no
        [.]‖.‖0-1
        [*+?(){}|]+‖+*?(){}|‖0-8
        [$^]‖^‖0-1
        [a^]‖^‖0-1
        [\d]‖5‖0-1
        [\d\s]+‖1 2\t3‖0-5
        [^\d]‖5a‖1-2
        [^\w\s]‖a b!‖3-4
        [\D]‖5a‖1-2
        [\W\d]+‖a-1‖1-3
        [\w-]+‖a-b c‖0-3
        [\n]‖\n‖0-1
        [\t\r\n]+‖a\r\n‖1-3
        [\x41]‖A‖0-1
        [\x00-\x1f]‖a\x1f‖1-2
        [\x80-\xff]+‖aé‖1-3
        [^\x00-\x7f]‖é‖0-1
        [\\]‖\\‖0-1
        [a\\]+‖\\a‖0-2
        [\.]‖a‖no
        [[:alpha:]]+‖12ab3‖2-4
        [[:digit:]]+‖ab12‖2-4
        [[:alnum:]]+‖-a1-‖1-3
        [[:space:]]‖a\v‖1-2
        [[:upper:]]‖aB‖1-2
        [[:lower:]]‖Ab‖1-2
        [[:punct:]]+‖a!?_b‖1-4
        [[:xdigit:]]+‖gFa0‖1-4
        [[:cntrl:]]‖a\x7f‖1-2
        [[:print:]]+‖\x01ab ‖1-4
        [[:graph:]]+‖ ab ‖1-3
        [[:blank:]]+‖a \t\n‖1-3
        [[:word:]]+‖-a_1-‖1-4
        [[:ascii:]]+‖aé‖0-1
        [[:^alpha:]]‖a1‖1-2
        [^[:alpha:]]‖a1‖1-2
        [[:alpha:]_]+‖1a_b‖1-4
        [[:alpha:][:digit:]]+‖-a1‖1-3
        \x41‖A‖0-1
        \x41\x42‖AB‖0-2
        \xff‖a\xff‖1-2
        \x00‖\0‖0-1
        \x17f‖\x17f‖0-2
        \x{41}‖A‖0-1
        \x{7f}‖\x7f‖0-1
        \n‖\n‖0-1
        \t\r\f\a‖\t\r\f\x07‖0-4
        \.‖a.‖1-2
        \*\+\?‖*+?‖0-3
        \(\)\[\]\{\}‖()[]{}‖0-6
        \|\^\$\\‖|^$\\‖0-4
        \/‖/‖0-1
        \-\&\~\#‖-&~#‖0-4
        \"\'\`\!\@\%\=\:\;\,‖"'`!@%=:;,‖0-10
        \ ‖ ‖0-1
        }‖}‖0-1
        ]‖]‖0-1
        a]‖a]‖0-2
        a}b‖a}b‖0-3
        é‖é‖0-2
        é‖\xc3‖no
        (?i)abc‖ABC‖0-3
        (?i)abc‖aBc‖0-3
        abc‖ABC‖no
        (?i:a)b‖Ab‖0-2
        (?i:a)b‖AB‖no
        a(?i)b‖aB‖0-2
        a(?i)b‖AB‖no
        a(?i:b)c‖aBc‖0-3
        a(?i:b)c‖aBC‖no
        (?i)a(?-i)b‖Ab‖0-2
        (?i)a(?-i)b‖AB‖no
        (?i)a(?-i:b)c‖AbC‖0-3
        (?:(?i)a)b‖AB‖no
        (?:(?i)a)b‖Ab‖0-2
        (?i)[a-c]+‖aBC‖0-3
        (?i)[^a]‖A‖no
        (?i)[^a]‖b‖0-1
        (?i)[A-Z]+‖abC‖0-3
        (?i)[[:upper:]]‖a‖0-1
        (?i)k‖\xe2\x84\xaa‖no
        (?i)s‖\xc5\xbf‖no
        (?i)@‖`‖no
        (?i)\x41‖a‖0-1
        (?i)1‖1‖0-1
        (?is)a.B‖A\nb‖0-3
        (?im)^b‖A\nB‖2-3
        (?i-i)a‖A‖no
        (?x)a b # c‖ab‖0-2
        (?x) a \  b ‖a b‖0-3
        (?x)a +‖aaa‖0-3
        (?x: a b ) c‖ab c‖0-4
        (?U)a+‖aaa‖0-1
        (?U)a+?‖aaa‖0-3
        (?U:a+)(a+)‖aaa‖0-3 1-3
        (?P<x>a)b‖ab‖0-2 0-1
        (?<x>a)(?<y>b)‖ab‖0-2 0-1 1-2
        (?:a)(b)‖ab‖0-2 1-2
        (a)(?:b)(c)‖abc‖0-3 0-1 2-3
        (a(?i)b)c‖aBc‖0-3 0-2
        (a(?i)b)c‖aBC‖no
        a(?i)b|c‖C‖0-1
        (?:a(?i)b|c)d‖Cd‖0-2
        (a|b)+?c‖abc‖0-3 1-2
        (a+|b+)+‖aabb‖0-4 2-4
        (a|b|c|d|e)f‖ef‖0-2 0-1
        (ab|cd)e‖abcde‖2-5 2-4
        a.*c‖axxcxxc‖0-7
        a.*?c‖axxcxxc‖0-4
        a[b-d]e‖ace‖0-3
        a[^bc]d‖aed‖0-3
        a[^bc]d‖abd‖no
        (.)(.)(.)‖xyz‖0-3 0-1 1-2 2-3
        (\w+)\s(\w+)‖foo bar‖0-7 0-3 4-7
        (\d{4})-(\d{2})-(\d{2})‖on 2024-05-06.‖3-13 3-7 8-10 11-13
        (\d{1,3}\.){3}\d{1,3}‖ip 10.0.12.255‖3-14 8-11
        ^(?:(\d+)|(\w+))$‖abc‖0-3 ~ 0-3
        (?:(a)|(b))*‖ab‖0-2 0-1 1-2
        (?:a(b)?)*‖aba‖0-3 1-2
        x*‖-‖0-0
        [a-z]*[0-9]‖abc1‖0-4
        (a{2}){2}‖aaaaa‖0-4 2-4
        (?:a?){3}‖aa‖0-2
        (?:a?){3}a{3}‖aaa‖0-3
        a{255}‖a‖no
        .{3}‖abcd‖0-3
        .{2,}‖a‖no
        (?s).{4}‖a\nb\n‖0-4
        \w{2,4}\b‖abcdef‖2-6
        \w{2,4}?\b‖abcdef gh‖2-6
        union\s+select‖1 union \t select 2‖2-16
        (?i)union(?:\s|/\*.*?\*/)+select‖UnIoN/**/SELECT‖0-15
        <script[^>]*>‖a<script src=x>b‖1-15
        (?i)<[^\w<>]*(?:[^<>"'\s]*:)?s\W*?c\W*?r‖<x:s-c.R‖0-8
        (?:\.\./)+‖a/../../b‖2-8
        ^[^/?]+$‖a/b‖no
        [\"'`]\s*?(?:or|and)\b‖x' or 1‖1-5
        \$\{jndi:‖${jndi:ldap‖0-7
        ;\s*(?:ls|cat|id)\b‖a; cat x‖1-6
        (?:\/|%2f)etc‖%2fetc‖0-6
        """;

    [Theory]
    [InlineData(RegexDialect.Rust)]
    [InlineData(RegexDialect.Pcre)]
    public void Both_dialects_find(RegexDialect dialect) =>
        RegexTable.Check(Table, new ByteRegexOptions { Dialect = dialect }, atLeast: 270);
}
