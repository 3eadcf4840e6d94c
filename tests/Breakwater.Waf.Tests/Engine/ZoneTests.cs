using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>What a zone lays over rules that it shares with others.</summary>
public sealed class ZoneTests
{
    private const string Rules = """
        SecRequestBodyAccess On
        SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
        SecRule ARGS|ARGS_NAMES "@rx evil" "id:101,phase:2,pass,tag:'attack-a'"
        SecRule ARGS|REQUEST_COOKIES|REQUEST_HEADERS:User-Agent "@rx evil" "id:102,phase:2,pass,tag:'attack-b'"
        """;

    public static TheoryData<string, string> Exclusions => new()
    {
        // what is excluded, ids that match
        { "", "101 102" },
        { "rule 101", "102" },
        { "rule 100-200", "" },
        { "tag attack-b", "101" },
        { "tag ATTACK-A", "102" },
        { "parameter json.items[*].body", "102" },
        { "parameter json.items[*].body; cookie c; header user-agent", "" },
        { "rule 101; parameter json.items.0.body", "102" },
        { "tag attack-a; parameter json.*.*.body", "102" },
        { "rule 102; parameter json.items[*].body", "101 102" },
        { "rule 102; parameter json.items[*].body; cookie c; target REQUEST_HEADERS:User-Agent", "101" },
        { "parameter json.other", "101 102" },
    };

    [Theory]
    [MemberData(nameof(Exclusions))]
    public void Exclusions_hide_rules_or_what_rules_look_at(string written, string ids)
    {
        WafZone zone = new() { Exclusions = written.Length == 0 ? [] : [Exclusion(written)] };
        using EngineUnderTest engine = new(Rules, zone);
        Assert.Equal("", engine.Findings);
        engine.Begin("/", "POST", "192.0.2.7", ("Content-Type", "application/json"), ("Cookie", "c=evil"), ("User-Agent", "evil"));
        engine.Finish("""{"items":[{"body":"evil"}]}"""u8.ToArray());
        Assert.Equal((written, ids), (written, engine.Ids));
    }

    [Theory]
    [InlineData("rule 999", "zone default, exclusion 1:0:0: warning: no rule is meant; mend the id or the tag, or remove the exclusion")]
    [InlineData("tag attack-z", "zone default, exclusion 1:0:0: warning: no rule is meant; mend the id or the tag, or remove the exclusion")]
    [InlineData("rule 101; cookie c", "zone default, exclusion 1:0:0: warning: none of the rules looks at what \"c\" names; mend the rules or the name, or remove it")]
    [InlineData("target FILES", "zone default, exclusion 1:0:0: warning: none of the rules looks at FILES; mend the rules or the target, or remove it")]
    [InlineData("target NOTHING", "zone default, exclusion 1:0:0: there is no variable \"NOTHING\"; see docs/waf.md for the names there are")]
    public void An_exclusion_without_effect_is_told(string written, string finding)
    {
        using EngineUnderTest engine = new(Rules, new WafZone { Exclusions = [Exclusion(written)] });
        Assert.Equal(finding, engine.Findings);
    }

    public static TheoryData<string, string, bool> Paths => new()
    {
        { "comment", "comment", true },
        { "comment", "Comment", true },
        { "comment", "comments", false },
        { "comment", "comment[0]", false },
        { "json.items[*].body", "json.items.0.body", true },
        { "json.items[*].body", "json.items.12.body", true },
        { "json.items[*].body", "json.items.x.body", false },
        { "json.items[*].body", "json.items.0.body.x", false },
        { "json.items[*].body", "json.items[3].body", true },
        { "user[*]", "user[name]", true },
        { "user[*]", "user.3", true },
        { "user[*]", "user", false },
        { "user[name]", "user[name]", true },
        { "json.*.body", "json.anything.body", true },
        { "json.*.body", "json.a.b.body", false },
        { "utm_*", "utm_source", true },
        { "utm_*", "utm", false },
        { "*", "anything", true },
        { "*", "a.b", false },
        { "a*b*c", "aXbYbZc", true },
        { "a*b*c", "aXbYbZ", false },
        { "", "", true },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void Paths_match_names(string path, string name, bool matches)
    {
        Assert.Equal((path, name, matches), (path, name, ParameterPath.Parse(path).Matches(Encoding.UTF8.GetBytes(name))));
    }

    [Theory]
    [InlineData("/?a=attack", "")]
    [InlineData("/?a=attack&all=yes", "4")]
    [InlineData("/?a=worse&all=yes", "5")]
    [InlineData("/?a=nothing&all=yes", "")]
    public void What_a_rule_above_the_zones_level_looks_for_is_found_should_it_run_all_the_same(string target, string matches)
    {
        const string Rules = """
            SecRule ARGS:all "@streq yes" "id:2,phase:1,pass,nolog,ctl:ruleRemoveById=3"
            SecRule TX:DETECTION_PARANOIA_LEVEL "@lt 2" "id:3,phase:1,pass,nolog,skipAfter:END"
            SecRule ARGS "@rx attack" "id:4,phase:1,pass"
            SecRule ARGS "@pm bad worse" "id:5,phase:1,pass"
            SecMarker END
            SecAction "id:6,phase:5,pass,nolog,setvar:tx.detection_paranoia_level=3"
            """;
        using EngineUnderTest engine = new(Rules, new WafZone { Paranoia = 1 });
        Assert.Equal(matches, engine.Get(target).Ids);
    }

    [Fact]
    public void Zones_of_the_same_level_share_what_values_are_searched_for()
    {
        WafProgram program = new EngineUnderTest("""
            SecAction "id:1,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=3"
            SecRule TX:DETECTION_PARANOIA_LEVEL "@lt 2" "id:3,phase:1,pass,nolog,skipAfter:END"
            SecRule ARGS "@rx attack" "id:4,phase:1,pass"
            SecMarker END
            """).Program;
        WafOverlay Zone(int paranoia) => WafOverlay.Create(program, new WafZone { Paranoia = paranoia }, []);
        Assert.Same(Zone(1).Plan, Zone(1).Plan);
        Assert.NotSame(Zone(1).Plan, Zone(2).Plan);
        Assert.Same(Zone(2).Plan, Zone(3).Plan);
    }

    [Fact]
    public void A_path_of_stars_is_no_trap()
    {
        ParameterPath path = ParameterPath.Parse(string.Concat(Enumerable.Repeat("a*", 50)) + "b");
        Assert.False(path.Matches(Encoding.UTF8.GetBytes(new string('a', 20_000))));
    }

    [Fact]
    public void Paranoia_and_thresholds_of_the_zone_win_over_the_rule_files()
    {
        const string Scoring = """
            SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=1,setvar:tx.inbound_anomaly_score_threshold=5"
            SecRule &TX:detection_paranoia_level "@eq 0" "id:2,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=%{TX.blocking_paranoia_level}"
            SecRule TX:detection_paranoia_level "@ge 3" "id:3,phase:1,pass"
            SecRule TX:blocking_paranoia_level "@ge 2" "id:4,phase:1,pass"
            SecRule TX:inbound_anomaly_score_threshold "@ge 20" "id:5,phase:1,pass"
            """;
        Assert.Equal("", Ids(new WafZone()));
        Assert.Equal("4", Ids(new WafZone { Paranoia = 2 }));
        Assert.Equal("3 4", Ids(new WafZone { Paranoia = 2, DetectionParanoia = 3 }));
        Assert.Equal("5", Ids(new WafZone { InboundThreshold = 20 }));

        static string Ids(WafZone zone)
        {
            using EngineUnderTest engine = new(Scoring, zone);
            Assert.Equal("", engine.Findings);
            return engine.Get().Ids;
        }
    }

    [Fact]
    public void Settings_that_the_rules_do_not_know_are_told()
    {
        using EngineUnderTest engine = new("""SecAction "id:1,phase:1,pass" """, new WafZone { Paranoia = 2, InboundThreshold = 3 });
        Assert.Contains("these rules know no paranoia", engine.Findings, StringComparison.Ordinal);
        Assert.Contains("these rules know no inbound threshold", engine.Findings, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_body_is_inspected_in_part_or_refused()
    {
        const string Look = "SecRequestBodyAccess On\nSecRule ARGS_POST \"@rx .\" \"id:1,phase:2,pass,logdata:'%{MATCHED_VAR}'\"";
        using EngineUnderTest partial = new(Look, new WafZone { RequestBodyBytes = 6 });
        Assert.Equal("abcd", partial.Post("application/x-www-form-urlencoded", "x=abcdefgh").LogData);
        Assert.True(partial.Transaction.Verdict.IsContinue);

        using EngineUnderTest refusing = new(Look, new WafZone { RequestBodyBytes = 6, LongRequestBody = SecLimitAction.Reject });
        refusing.Post("application/x-www-form-urlencoded", "x=abcdefgh");
        Assert.Equal((WafVerdictKind.Deny, 413), (refusing.Transaction.Verdict.Kind, refusing.Transaction.Verdict.Status));
        Assert.Equal("abcd", refusing.Post("application/x-www-form-urlencoded", "x=abcd").LogData);
    }

    [Fact]
    public void A_body_that_comes_in_pieces_is_one_body()
    {
        using EngineUnderTest engine = new("SecRequestBodyAccess On\nSecRule ARGS_POST:x \"@rx .\" \"id:1,phase:2,pass,logdata:'%{MATCHED_VAR}'\"");
        engine.Begin("/", "POST", "192.0.2.7", ("Content-Type", "application/x-www-form-urlencoded"));
        engine.Transaction.Evaluate(SecPhase.RequestHeaders);
        foreach (byte b in "x=split%20up"u8) Assert.True(engine.Transaction.AppendRequestBody([b]));
        engine.Transaction.Evaluate(SecPhase.RequestBody);
        Assert.Equal("split up", engine.LogData);
    }

    [Fact]
    public void Base64_and_GraphQL_are_looked_into_where_the_zone_says_so()
    {
        const string Look = "SecRequestBodyAccess On\nSecRule ARGS \"@rx evil words\" \"id:1,phase:2,pass\"";
        string body = "x=" + Convert.ToBase64String("some evil words here"u8).TrimEnd('=');
        using EngineUnderTest without = new(Look);
        using EngineUnderTest with = new(Look, new WafZone { Base64Arguments = true });
        Assert.Equal("", without.Post("application/x-www-form-urlencoded", body).Ids);
        Assert.Equal("1", with.Post("application/x-www-form-urlencoded", body).Ids);
    }

    /// <summary>Reads "rule 1-5; tag t; parameter p; cookie c; header h; target T".</summary>
    private static WafExclusion Exclusion(string written)
    {
        WafExclusion exclusion = new();
        foreach (string part in written.Split("; "))
        {
            (string kind, string value) = (part[..part.IndexOf(' ', StringComparison.Ordinal)], part[(part.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            exclusion = kind switch
            {
                "rule" => exclusion with { Rules = [new SecIdRange(long.Parse(value.Split('-')[0]), long.Parse(value.Split('-')[^1]))] },
                "tag" => exclusion with { Tags = [value] },
                "parameter" => exclusion with { Parameters = exclusion.Parameters.Add(value) },
                "cookie" => exclusion with { Cookies = [value] },
                "header" => exclusion with { Headers = [value] },
                _ => exclusion with { Targets = [value] },
            };
        }

        return exclusion;
    }
}
