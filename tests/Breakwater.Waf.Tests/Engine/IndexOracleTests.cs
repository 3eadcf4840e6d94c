using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>
/// The index, the feeds and the remembered answers only save work: with them, rules match what they match when every operator runs on every
/// value.
/// </summary>
public sealed class IndexOracleTests
{
    private static readonly string[] Transformations =
        ["lowercase", "urlDecodeUni", "htmlEntityDecode", "jsDecode", "cssDecode", "removeWhitespace", "compressWhitespace", "removeNulls", "cmdLine", "replaceComments", "base64Decode", "utf8toUnicode", "normalizePath", "sha1", "hexEncode"];

    private static readonly string[] Operators =
        ["@rx select.+from", "@rx (?i)<script", "!@rx ^[a-z0-9]*$", "@pm union select /etc passwd", "@rx ['\\x22]\\s*or\\s*\\d", "!@pm a e i", "@validateByteRange 32-126", "@rx ^$", "@rx \\.\\./", "@contains etc", "@rx (a+)+b", "@rx [0-9]{5,}", "@streq dark", "!@streq dark", "@rx onload\\s*=", "@rx ^.*$"];

    private static readonly string[] Targets =
        ["ARGS", "ARGS|ARGS_NAMES", "REQUEST_COOKIES|REQUEST_COOKIES_NAMES|ARGS_NAMES|ARGS", "REQUEST_HEADERS", "REQUEST_HEADERS:User-Agent", "ARGS|!ARGS:q", "ARGS:/^[aq]/", "REQUEST_URI|REQUEST_BODY", "QUERY_STRING", "XML:/*|ARGS", "REQUEST_HEADERS_NAMES", "REQUEST_FILENAME|REQUEST_BASENAME"];

    private static readonly string[] Pieces =
        ["select", "SELECT", " from ", "<script>", "%3cscript", "&lt;script", "\\x3c", "../", "/etc/passwd", "dark", "' or 1", "\"", "/*x*/", "\0", "é", "aaaa", "b", "12345", "&", "=", "q", "a", "%u0027", "b25sb2FkPQ", "%", "+", "onload ="];

    [Fact]
    public void Rules_match_the_same_with_the_index_and_without()
    {
        Random random = new(4711);
        int matched = 0;
        for (int round = 0; round < 20; round++)
        {
            matched += MatchTheSame(Rules(random, 120), 40, () => new Request(
                "/" + Text(random, 3).Replace(' ', '+') + "?q=" + Text(random, 4).Replace(' ', '+') + "&a" + Text(random, 1).Replace(' ', '+') + "=" + Text(random, 3).Replace(' ', '+'),
                "c=" + Text(random, 2) + "; theme=" + Pieces[random.Next(Pieces.Length)],
                Text(random, 3),
                "x=" + Text(random, 4).Replace(' ', '+') + "&y=" + Text(random, 2).Replace(' ', '+')));
        }

        Assert.InRange(matched, 700, 800);
    }

    /// <summary>Values that came before, as what they were or as something else, among others that never did.</summary>
    [Fact]
    public void Rules_match_the_same_for_values_that_came_before()
    {
        Random random = new(1808);
        int matched = 0;
        for (int round = 0; round < 12; round++)
        {
            string[] values = [.. Enumerable.Range(0, 12).Select(_ => Text(random, 3))];
            matched += MatchTheSame(Rules(random, 120), 120, () => new Request(
                $"/{Value(1)}?q={Value(2)}&a{Value(4)}={Value(2)}", $"c={Value(3)}; theme={Value(4)}", Value(4), $"x={Value(2)}&y={Value(3)}"));

            string Value(int oneInNew) => (random.Next(oneInNew) == 0 ? Text(random, 3) : values[random.Next(values.Length)]).Replace(' ', '+');
        }

        Assert.InRange(matched, 1300, 1440);
    }

    /// <summary>Long values are read once for several expressions; what that costs the request is the same each time.</summary>
    [Fact]
    public void Rules_match_the_same_in_long_values()
    {
        Random random = new(2611);
        int matched = 0;
        for (int round = 0; round < 10; round++)
        {
            string rules = Rules(random, 120);
            matched += MatchTheSame(rules, 8, () => new Request("/", "", "", $"x={Long()}&y={Long()}"));
            using EngineUnderTest engine = new(rules);
            Request request = new("/", "", "", $"x={Long()}&y={Long()}");
            // Of short values it is known after a while what is found of them.
            for (int before = 0; before < 4; before++) Run(engine, request);
            long work = engine.Transaction.WorkDone;
            for (int again = 0; again < 3; again++)
            {
                Run(engine, request);
                Assert.Equal(work, engine.Transaction.WorkDone);
            }
        }

        Assert.InRange(matched, 60, 80);

        // What comes again and again, or pieces as they come.
        string Long()
        {
            string some = random.Next(2) == 0 ? Text(random, 3) : Text(random, 300);
            return string.Concat(Enumerable.Repeat(some, (6000 / (some.Length + 1)) + 1)).Replace(' ', '+').Replace("&", "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_digest_is_the_same_however_often_the_value_came()
    {
        using EngineUnderTest engine = new("SecRule REQUEST_HEADERS:User-Agent \"@rx ^.*$\" \"id:1,phase:1,pass,t:sha1,t:hexEncode,logdata:'%{MATCHED_VAR}'\"");
        for (int i = 0; i < 5; i++)
        {
            foreach ((string agent, string digest) in ((string, string)[])[("one", "fe05bcdcdc4928012781a5f1a2a77cbb5398e106"), ("two", "ad782ecdac770fc6eb9a62e44f90873fb97fb26b")])
            {
                engine.Begin("/", "GET", "192.0.2.7", ("User-Agent", agent));
                engine.Finish([]);
                Assert.Equal(digest, EngineUnderTest.Text(engine.Transaction.BytesOf(Assert.Single(engine.Transaction.Matches.ToArray()).LogData)));
            }
        }
    }

    /// <summary>As in CRS, where a rule takes samples by the digest of the request's id, and another one leaps over it where all requests are looked at.</summary>
    [Fact]
    public void No_digest_is_made_for_a_rule_that_is_leapt_over()
    {
        const string Sample = "SecRule UNIQUE_ID \"@rx ^[a-f]*([0-9])\" \"id:2,phase:1,pass,t:sha1,t:hexEncode\"";
        const string Another = "\nSecRule REQUEST_URI \"@rx select.+from\" \"id:3,phase:1,pass\"";
        using EngineUnderTest without = new(Another), run = new(Sample + Another);
        using EngineUnderTest leapt = new($"SecAction \"id:1,phase:1,pass,nolog,skipAfter:END\"\n{Sample}\nSecMarker END{Another}");
        long work = WorkOf(without);
        Assert.Equal(work, WorkOf(leapt));
        Assert.Empty(leapt.Transaction.Matches.ToArray());
        Assert.InRange(WorkOf(run), work + 1, long.MaxValue);
        Assert.Equal(2, Assert.Single(run.Transaction.Matches.ToArray()).Rule.Id);

        static long WorkOf(EngineUnderTest engine)
        {
            engine.Begin("/").Evaluate(SecPhase.RequestHeaders);
            return engine.Transaction.WorkDone;
        }
    }

    /// <summary>Asserts that rules match the same in requests with the index and without it; the number of those in which any does.</summary>
    private static int MatchTheSame(string rules, int requests, Func<Request> next)
    {
        using EngineUnderTest with = new(rules);
        using EngineUnderTest without = new(rules, withoutIndex: true);
        int matched = 0;
        for (int i = 0; i < requests; i++)
        {
            Request request = next();
            string expected = Run(without, request);
            Assert.Equal(expected, Run(with, request));
            matched += expected.Length > 0 ? 1 : 0;
        }

        return matched;
    }

    private static string Run(EngineUnderTest engine, Request request)
    {
        engine.Begin(request.Target, "POST", "192.0.2.7", ("Cookie", request.Cookie), ("User-Agent", request.Agent), ("Content-Type", "application/x-www-form-urlencoded"));
        engine.Finish(Encoding.Latin1.GetBytes(request.Body));
        StringBuilder matches = new();
        foreach (WafMatch match in engine.Transaction.Matches)
        {
            matches.Append(match.Rule.Id).Append(' ').Append(EngineUnderTest.Text(engine.Transaction.BytesOf(match.LogData))).Append('\n');
        }

        return matches.ToString();
    }

    private static string Rules(Random random, int count)
    {
        StringBuilder rules = new("SecRequestBodyAccess On\n");
        for (int id = 1; id <= count; id++)
        {
            string chain = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => ",t:" + Transformations[random.Next(Transformations.Length)]));
            string capture = random.Next(3) == 0 ? ",capture" : "";
            string multi = random.Next(6) == 0 ? ",multiMatch" : "";
            rules.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"SecRule {Targets[random.Next(Targets.Length)]} \"{Operators[random.Next(Operators.Length)].Replace("\"", "\\\"", StringComparison.Ordinal)}\" \"id:{id},phase:{random.Next(1, 3)},pass{chain}{capture}{multi},setvar:tx.n=+1,logdata:'%{{tx.n}} %{{MATCHED_VAR_NAME}} %{{MATCHED_VAR}}'\"\n");
        }

        return rules.ToString();
    }

    private static string Text(Random random, int pieces) => string.Concat(Enumerable.Range(0, random.Next(pieces + 1)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private sealed record Request(string Target, string Cookie, string Agent, string Body);
}
