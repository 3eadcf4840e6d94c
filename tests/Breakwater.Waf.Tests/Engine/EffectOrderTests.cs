using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>What happens in which order when rules match: the semantics of libmodsecurity 3, and where they differ on purpose.</summary>
public sealed class EffectOrderTests
{
    public static TheoryData<string, string, string, string> Effects => new()
    {
        // what, rules, request target, what TX:out is afterwards
        { "setvar runs for each value that matches", """SecRule ARGS "@rx a" "id:1,phase:1,pass,setvar:tx.out=+1" """, "/?x=a&y=b&z=a", "2" },
        { "setvar runs in the order of the values", """SecRule ARGS "@rx ." "id:1,phase:1,pass,setvar:'tx.out=%{tx.out}%{MATCHED_VAR}'" """, "/?x=a&y=b&x=c", "abc" },
        { "of a duplicate name all values count", """SecRule ARGS:x "@rx ." "id:1,phase:1,pass,setvar:'tx.out=%{tx.out}%{MATCHED_VAR}'" """, "/?x=1&y=2&X=3", "13" },
        { "setvar of a first link runs though the chain fails", """
            SecRule ARGS:x "@rx a" "id:1,phase:1,pass,setvar:tx.out=ran,chain"
            SecRule ARGS:y "@rx nothing" "t:none"
            """, "/?x=a&y=b", "ran" },
        { "setvar of a last link runs where it matches", """
            SecRule ARGS:x "@rx a" "id:1,phase:1,pass,chain"
            SecRule ARGS:y "@rx b" "setvar:tx.out=last"
            """, "/?x=a&y=b", "last" },
        { "no link after one that fails runs", """
            SecRule ARGS:x "@rx nothing" "id:1,phase:1,pass,chain"
            SecRule ARGS:y "@rx b" "setvar:tx.out=last"
            """, "/?x=a&y=b", "" },
        { "SecAction always matches", """SecAction "id:1,phase:1,pass,setvar:tx.out=1" """, "/", "1" },
        { "a name without a value is 1", """SecAction "id:1,phase:1,pass,setvar:tx.out" """, "/", "1" },
        { "adding to nothing adds to 0", """SecAction "id:1,phase:1,pass,setvar:tx.out=+5" """, "/", "5" },
        { "adding to text adds to 0", """SecAction "id:1,phase:1,pass,setvar:tx.out=abc,setvar:tx.out=+5" """, "/", "5" },
        { "subtracting goes below 0", """SecAction "id:1,phase:1,pass,setvar:tx.out=2,setvar:tx.out=-5" """, "/", "-3" },
        { "adding never wraps", """SecAction "id:1,phase:1,pass,setvar:tx.out=9223372036854775807,setvar:tx.out=+9" """, "/", "9223372036854775807" },
        { "an exclamation mark removes", """SecAction "id:1,phase:1,pass,setvar:tx.out=2,setvar:!tx.out" """, "/", "" },
        { "a macro in an operand", """SecAction "id:1,phase:1,pass,setvar:tx.n=4,setvar:tx.out=+%{tx.n}" """, "/", "4" },
        { "a macro that is not there is empty", """SecAction "id:1,phase:1,pass,setvar:'tx.out=[%{tx.none}]'" """, "/", "[]" },
        { "names do not depend on case", """SecAction "id:1,phase:1,pass,setvar:TX.Out=7,setvar:'tx.OUT=%{Tx.oUT}8'" """, "/", "78" },
        { "a macro in a name", """SecAction "id:1,phase:1,pass,setvar:tx.key=out,setvar:tx.%{tx.key}=7" """, "/", "7" },
        { "MATCHED_VAR is the transformed value", """SecRule ARGS:x "@streq abc" "id:1,phase:1,pass,t:lowercase,setvar:'tx.out=%{MATCHED_VAR}'" """, "/?x=ABC", "abc" },
        { "MATCHED_VAR_NAME names variable and member", """SecRule ARGS "@streq 1" "id:1,phase:1,pass,setvar:'tx.out=%{MATCHED_VAR_NAME}'" """, "/?Some[x]=1", "ARGS:Some[x]" },
        { "capture keeps groups", """SecRule ARGS:x "@rx (a+)(b*)(c)?" "id:1,phase:1,pass,capture,setvar:'tx.out=%{tx.0}|%{tx.1}|%{tx.2}|%{tx.3}'" """, "/?x=zaab", "aab|aa|b|" },
        { "capture forgets groups of an earlier match", """
            SecRule ARGS:x "@rx (a)(b)" "id:1,phase:1,pass,capture"
            SecRule ARGS:x "@rx (a)" "id:2,phase:1,pass,capture,setvar:'tx.out=%{tx.1}|%{tx.2}'"
            """, "/?x=ab", "a|" },
        { "without capture groups stay", """
            SecRule ARGS:x "@rx (a)(b)" "id:1,phase:1,pass,capture"
            SecRule ARGS:x "@rx (b)" "id:2,phase:1,pass,setvar:'tx.out=%{tx.1}%{tx.2}'"
            """, "/?x=ab", "ab" },
        { "a chained link reads what was captured", """
            SecRule ARGS:x "@rx ^(\w+)=(\w+)$" "id:1,phase:1,pass,capture,chain"
            SecRule TX:1 "@streq %{TX.2}" "setvar:tx.out=same"
            """, "/?x=abc%3dabc", "same" },
        { "MATCHED_VARS are what the link before matched", """
            SecRule ARGS "@rx a" "id:1,phase:1,pass,chain"
            SecRule MATCHED_VARS "@rx b" "setvar:'tx.out=%{tx.out}[%{MATCHED_VAR}]'"
            """, "/?p=a&q=ab&r=b", "[ab]" },
        { "each link has MATCHED_VARS of its own", """
            SecRule ARGS "@rx a" "id:1,phase:1,pass,chain"
            SecRule MATCHED_VARS "@rx b" "chain"
            SecRule MATCHED_VARS "@rx c" "setvar:'tx.out=%{tx.out}[%{MATCHED_VAR}]'"
            """, "/?p=ac&q=abc&r=ab", "[abc]" },
        { "MATCHED_VARS_NAMES hold whole names", """
            SecRule ARGS "@rx a" "id:1,phase:1,pass,chain"
            SecRule MATCHED_VARS_NAMES "@rx ^ARGS:(.*)$" "capture,setvar:'tx.out=%{tx.out}%{tx.1} '"
            """, "/?p=a&q=b&r=a", "p r " },
        { "multiMatch tests the value, and after each transformation that changes it", """
            SecRule ARGS:x "@rx ." "id:1,phase:1,pass,multiMatch,t:lowercase,t:removeWhitespace,t:lowercase,setvar:'tx.out=%{tx.out}[%{MATCHED_VAR}]'"
            """, "/?x=A%20B", "[A B][a b][ab]" },
        { "negation matches each value for which the operator does not hold", """SecRule ARGS "!@rx a" "id:1,phase:1,pass,setvar:'tx.out=%{tx.out}%{MATCHED_VAR}'" """, "/?x=a&y=b&z=c", "bc" },
        { "negation needs a value", """SecRule ARGS:none "!@rx a" "id:1,phase:1,pass,setvar:tx.out=1" """, "/?x=a", "" },
        { "a count needs none", """SecRule &ARGS:none "@eq 0" "id:1,phase:1,pass,setvar:tx.out=1" """, "/?x=a", "1" },
        { "a count is of what the target means", """SecRule &ARGS|!ARGS:x "@eq 2" "id:1,phase:1,pass,setvar:tx.out=1" """, "/?x=a&y=b&z=c", "1" },
        { "counts of TX", """
            SecAction "id:1,phase:1,pass,setvar:tx.a=1"
            SecRule &TX:a "@eq 1" "id:2,phase:1,pass,setvar:'tx.out=%{tx.out}a'"
            SecRule &TX:b "@eq 0" "id:3,phase:1,pass,setvar:'tx.out=%{tx.out}b'"
            SecRule &TX:b "@eq 1" "id:4,phase:1,pass,setvar:'tx.out=%{tx.out}c'"
            """, "/", "ab" },
        { "TX by an expression, made names too", """
            SecRule ARGS "@rx ." "id:1,phase:1,pass,setvar:'tx.seen_%{MATCHED_VAR_NAME}=+1'"
            SecRule TX:/^seen_/ "@gt 1" "id:2,phase:1,pass,setvar:'tx.out=%{MATCHED_VAR_NAME}'"
            """, "/?a=1&b=2&a=3", "TX:seen_ARGS:a" },
        { "RULE tells about the rule that runs", """SecAction "id:77,phase:1,pass,severity:CRITICAL,rev:'3',setvar:'tx.out=%{RULE.id} %{RULE.severity} %{RULE.rev}'" """, "/", "77 2 3" },
        { "HIGHEST_SEVERITY is the gravest so far", """
            SecAction "id:1,phase:1,pass,severity:WARNING"
            SecAction "id:2,phase:1,pass,severity:NOTICE"
            SecAction "id:3,phase:1,pass,setvar:'tx.out=%{HIGHEST_SEVERITY}'"
            """, "/", "4" },
    };

    [Theory]
    [MemberData(nameof(Effects))]
    public void Effects_happen_in_order(string what, string rules, string target, string expected)
    {
        using EngineUnderTest engine = new(rules);
        Assert.Equal((what, expected), (what, engine.Get(target).Tx("out")));
        // A transaction that is used again begins anew.
        Assert.Equal((what, expected), (what, engine.Get(target).Tx("out")));
    }

    public static TheoryData<string, string, string> Flow => new()
    {
        // what, rules, ids of those that match
        { "skipAfter goes on behind the marker", """
            SecAction "id:1,phase:1,pass,skipAfter:END"
            SecAction "id:2,phase:1,pass"
            SecMarker END
            SecAction "id:3,phase:1,pass"
            """, "1 3" },
        { "skipAfter goes on behind a rule", """
            SecAction "id:1,phase:1,pass,skipAfter:2"
            SecAction "id:2,phase:1,pass"
            SecAction "id:3,phase:1,pass"
            """, "1 3" },
        { "skipAfter ends with the phase", """
            SecAction "id:1,phase:1,pass,skipAfter:END"
            SecAction "id:2,phase:1,pass"
            SecAction "id:3,phase:2,pass"
            SecMarker END
            """, "1 3" },
        { "skipAfter does not go back", """
            SecMarker END
            SecAction "id:1,phase:1,pass,skipAfter:END"
            SecAction "id:2,phase:1,pass"
            SecMarker END
            SecAction "id:3,phase:1,pass"
            """, "1 3" },
        { "skipAfter of a number in TX", """
            SecAction "id:1,phase:1,pass,nolog,setvar:tx.level=2"
            SecRule TX:level "@lt 2" "id:2,phase:1,pass,nolog,skipAfter:LOW"
            SecAction "id:3,phase:1,pass"
            SecRule TX:level "@lt 3" "id:4,phase:1,pass,nolog,skipAfter:LOW"
            SecAction "id:5,phase:1,pass"
            SecMarker LOW
            SecAction "id:6,phase:1,pass"
            """, "3 6" },
        { "skip counts rules of the phase, a chain as one", """
            SecAction "id:1,phase:1,pass,skip:2"
            SecAction "id:2,phase:2,pass"
            SecRule REQUEST_METHOD "@streq GET" "id:3,phase:1,pass,chain"
            SecRule REQUEST_METHOD "@streq GET"
            SecAction "id:4,phase:1,pass"
            SecAction "id:5,phase:1,pass"
            """, "1 5 2" },
        { "skip waits for the whole chain", """
            SecRule REQUEST_METHOD "@streq GET" "id:1,phase:1,pass,skipAfter:END,chain"
            SecRule REQUEST_METHOD "@streq POST"
            SecAction "id:2,phase:1,pass"
            SecMarker END
            """, "2" },
        { "phases run in order, whatever the order of the rules", """
            SecAction "id:5,phase:5,pass"
            SecAction "id:4,phase:4,pass"
            SecAction "id:3,phase:3,pass"
            SecAction "id:2,phase:2,pass"
            SecAction "id:1,phase:1,pass"
            """, "1 2 3 4 5" },
        { "a refusal ends all but the last phase", """
            SecAction "id:1,phase:1,deny"
            SecAction "id:2,phase:1,pass"
            SecAction "id:3,phase:2,pass"
            SecAction "id:5,phase:5,pass"
            """, "1 5" },
        { "allow lets pass all but the last phase", """
            SecAction "id:1,phase:1,allow"
            SecAction "id:2,phase:1,deny"
            SecAction "id:3,phase:3,deny"
            SecAction "id:5,phase:5,pass"
            """, "1 5" },
        { "allow:phase lets pass the phase", """
            SecAction "id:1,phase:1,allow:phase"
            SecAction "id:2,phase:1,deny"
            SecAction "id:3,phase:2,pass"
            """, "1 3" },
        { "allow:request lets pass the request", """
            SecAction "id:1,phase:1,allow:request"
            SecAction "id:2,phase:2,deny"
            SecAction "id:3,phase:3,pass"
            """, "1 3" },
        { "block does what SecDefaultAction says", """
            SecDefaultAction "phase:1,log,pass"
            SecDefaultAction "phase:2,log,deny"
            SecAction "id:1,phase:1,block"
            SecAction "id:2,phase:2,block"
            SecAction "id:3,phase:2,pass"
            """, "1 2" },
        { "nolog tells nobody", """
            SecAction "id:1,phase:1,pass,nolog"
            SecAction "id:2,phase:1,pass,log"
            """, "2" },
    };

    [Theory]
    [MemberData(nameof(Flow))]
    public void Rules_run_in_order(string what, string rules, string ids)
    {
        using EngineUnderTest engine = new(rules);
        Assert.Equal((what, ids), (what, engine.Get().Ids));
    }

    public static TheoryData<string, WafVerdictKind, int> Verdicts => new()
    {
        { "deny", WafVerdictKind.Deny, 403 },
        { "deny,status:406", WafVerdictKind.Deny, 406 },
        { "drop", WafVerdictKind.Drop, 0 },
        { "redirect:'https://example.org/?from=%{UNIQUE_ID}'", WafVerdictKind.Redirect, 302 },
        { "redirect:'https://example.org/?from=%{UNIQUE_ID}',status:307", WafVerdictKind.Redirect, 307 },
        { "pass", WafVerdictKind.Continue, 0 },
        { "allow", WafVerdictKind.Continue, 0 },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_disruptive_action_is_the_verdict(string action, WafVerdictKind kind, int status)
    {
        using EngineUnderTest engine = new($"""SecAction "id:9,phase:1,{action}" """);
        WafVerdict verdict = engine.Begin().Evaluate(SecPhase.RequestHeaders);
        Assert.Equal((kind, status, kind == WafVerdictKind.Continue ? null : 9L), (verdict.Kind, verdict.Status, verdict.Rule?.Id));
        Assert.Equal(verdict.IsContinue, engine.Transaction.Evaluate(SecPhase.RequestBody).IsContinue);
        if (kind == WafVerdictKind.Redirect) Assert.Equal("https://example.org/?from=ray-1", EngineUnderTest.Text(engine.Transaction.RedirectLocation));
    }

    [Fact]
    public void Detection_runs_on_and_notes_what_it_would_have_done()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,deny,status:406"
            SecAction "id:2,phase:1,drop"
            SecAction "id:3,phase:2,pass"
            """, new WafZone { Mode = SecEngineMode.DetectionOnly });
        Assert.Equal("1 2 3", engine.Get().Ids);
        Assert.True(engine.Transaction.Verdict.IsContinue);
        Assert.Equal((WafVerdictKind.Deny, 406, 1L), (engine.Transaction.Withheld.Kind, engine.Transaction.Withheld.Status, engine.Transaction.Withheld.Rule?.Id));
        Assert.Equal([true, true, false], engine.Transaction.Matches.ToArray().Select(m => m.IsDisruptive));
    }

    [Fact]
    public void Off_runs_nothing()
    {
        using EngineUnderTest engine = new("""SecAction "id:1,phase:1,deny" """, new WafZone { Mode = SecEngineMode.Off });
        Assert.Equal("", engine.Get().Ids);
        Assert.True(engine.Transaction.Verdict.IsContinue);
        Assert.False(engine.Transaction.InspectsRequestBody);
    }

    [Fact]
    public void A_match_tells_what_where_and_how_many_points()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,pass,nolog,setvar:tx.critical=5"
            SecRule ARGS|REQUEST_HEADERS "@rx evil" "id:2,phase:1,pass,capture,msg:'Found %{TX.0}',logdata:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}',tag:'attack-x',severity:CRITICAL,setvar:'tx.anomaly_score_pl1=+%{tx.critical}'"
            """);
        engine.Get("/?a=evil&b=good&c=devil", headers: ("X-Note", "evil too"));
        WafMatch match = Assert.Single(engine.Transaction.Matches.ToArray());
        WafTransaction transaction = engine.Transaction;
        Assert.Equal("Found evil", EngineUnderTest.Text(transaction.BytesOf(match.Message)));
        Assert.Equal("REQUEST_HEADERS:X-Note=evil too", EngineUnderTest.Text(transaction.BytesOf(match.LogData)));
        Assert.Equal((2, "attack-x", 15L), (match.Rule.Severity, match.Rule.Tags[0], match.Score));
        string[] targets = [.. transaction.MatchedTargets.Slice(match.FirstTarget, match.TargetCount).ToArray().Select(t => EngineUnderTest.Text(transaction.NameOf(t)))];
        Assert.Equal(["ARGS:a", "ARGS:c", "REQUEST_HEADERS:X-Note"], targets);
    }

    [Fact]
    public void A_chain_is_told_by_what_was_sent_and_not_by_what_rules_made_of_it()
    {
        using EngineUnderTest engine = new("""
            SecRule ARGS "@rx (\w+)-(\w+)" "id:1,phase:1,pass,capture,msg:'m',chain"
            SecRule TX:1 "@streq %{TX.2}"
            """);
        engine.Get("/?a=x-y&b=z-z");
        WafMatch match = Assert.Single(engine.Transaction.Matches.ToArray());
        Assert.Equal("ARGS:b", EngineUnderTest.Text(engine.Transaction.NameOf(match.Target)));
    }

    [Fact]
    public void Values_in_messages_are_cut()
    {
        using EngineUnderTest engine = new("""SecRule ARGS:x "@rx a" "id:1,phase:1,pass,logdata:'<%{MATCHED_VAR}>'" """);
        engine.Get("/?x=" + new string('a', 5000));
        Assert.Equal(512 + 2, engine.LogData.Length);
    }
}
