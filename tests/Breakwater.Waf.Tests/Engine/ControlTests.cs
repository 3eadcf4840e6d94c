namespace Breakwater.Waf.Tests.Engine;

/// <summary>ctl: what a rule may change for the rest of its transaction, and for no longer.</summary>
public sealed class ControlTests
{
    private const string Rules = """
        SecRule ARGS "@rx evil" "id:101,phase:2,pass,msg:'first kind',tag:'attack-a',tag:'group'"
        SecRule ARGS "@rx evil" "id:102,phase:2,pass,msg:'second kind',tag:'attack-b',tag:'group'"
        SecRule ARGS|REQUEST_HEADERS:User-Agent "@rx evil" "id:103,phase:2,pass,msg:'third kind',tag:'attack-b'"
        SecRule &ARGS:x "@gt 0" "id:104,phase:2,pass,msg:'a count'"
        """;

    public static TheoryData<string, string> Removals => new()
    {
        // ctl, ids that match /?x=evil&y=evil
        { "auditEngine=Off", "101 102 103 104" },
        { "ruleRemoveById=101", "102 103 104" },
        { "ruleRemoveById=101-102", "103 104" },
        { "ruleRemoveById=1-999999", "" },
        { "ruleRemoveByTag=attack-b", "101 104" },
        { "ruleRemoveByTag=^attack-", "104" },
        { "ruleRemoveByTag=nothing", "101 102 103 104" },
        { "ruleRemoveByMsg=^second", "101 103 104" },
        { "ruleRemoveTargetById=101;ARGS", "102 103 104" },
        { "ruleRemoveTargetById=101;ARGS:x", "101 102 103 104" },
        { "ruleRemoveTargetById=101;ARGS:X,ctl:ruleRemoveTargetById=101;ARGS:y", "102 103 104" },
        { "ruleRemoveTargetById=101-102;ARGS:/^[xy]$/", "103 104" },
        { "ruleRemoveTargetById=103;ARGS", "101 102 103 104" },
        { "ruleRemoveTargetById=103;ARGS,ctl:ruleRemoveTargetById=103;REQUEST_HEADERS:User-Agent", "101 102 104" },
        { "ruleRemoveTargetById=103;ARGS,ctl:ruleRemoveTargetById=103;REQUEST_HEADERS", "101 102 104" },
        { "ruleRemoveTargetById=104;ARGS:x", "101 102 103" },
        { "ruleRemoveTargetByTag=group;ARGS", "103 104" },
        { "ruleRemoveTargetByMsg=kind$;ARGS", "103 104" },
        { "ruleEngine=Off", "" },
        { "ruleEngine=DetectionOnly", "101 102 103 104" },
    };

    [Theory]
    [MemberData(nameof(Removals))]
    public void Ctl_takes_rules_and_targets_away_for_one_transaction(string ctl, string ids)
    {
        using EngineUnderTest engine = new($"""
            SecRule REQUEST_HEADERS:X-Trusted "@streq yes" "id:1,phase:1,pass,nolog,ctl:{ctl}"
            {Rules}
            """);
        Assert.Equal((ctl, ids), (ctl, engine.Get("/?x=evil&y=evil", headers: [("User-Agent", "evil"), ("X-Trusted", "yes")]).Ids));
        Assert.Equal("101 102 103 104", engine.Get("/?x=evil&y=evil", headers: [("User-Agent", "evil")]).Ids);
    }

    [Fact]
    public void Ctl_of_a_chain_waits_for_the_whole_chain()
    {
        using EngineUnderTest engine = new($"""
            SecRule REQUEST_METHOD "@streq GET" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=101,chain"
            SecRule REQUEST_HEADERS:X-Trusted "@streq yes" "ctl:ruleRemoveById=102"
            {Rules}
            """);
        Assert.Equal("101 102 103 104", engine.Get("/?x=evil").Ids);
        Assert.Equal("103 104", engine.Get("/?x=evil", headers: ("X-Trusted", "yes")).Ids);
    }

    [Fact]
    public void Removing_a_rule_removes_its_whole_chain()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=2"
            SecRule ARGS "@rx evil" "id:2,phase:2,deny,setvar:tx.out=first,chain"
            SecRule ARGS "@rx evil" "setvar:tx.out=second"
            """);
        Assert.Equal("", engine.Get("/?x=evil").Tx("out"));
    }

    [Fact]
    public void Removed_targets_count_for_all_links()
    {
        using EngineUnderTest engine = new("""
            SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetById=2;ARGS:b"
            SecRule ARGS:a "@rx evil" "id:2,phase:2,pass,chain"
            SecRule ARGS:b "@rx evil"
            """);
        Assert.Equal("", engine.Get("/?a=evil&b=evil").Ids);
    }

    [Fact]
    public void The_body_processor_can_be_chosen()
    {
        using EngineUnderTest engine = new("""
            SecRequestBodyAccess On
            SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/vnd.mine" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
            SecRule ARGS:json.a "@streq 1" "id:2,phase:2,pass"
            """);
        Assert.Equal("2", engine.Post("application/vnd.mine", """{"a":1}""").Ids);
        Assert.Equal("", engine.Post("text/plain", """{"a":1}""").Ids);
    }

    [Fact]
    public void The_whole_body_is_a_variable_where_nobody_reads_it_and_a_rule_asks()
    {
        const string Look = "SecRule REQUEST_BODY \"@contains evil\" \"id:2,phase:2,pass\"";
        using EngineUnderTest plain = new($"SecRequestBodyAccess On\n{Look}");
        using EngineUnderTest forced = new($"SecRequestBodyAccess On\nSecAction \"id:1,phase:1,pass,nolog,ctl:forceRequestBodyVariable=On\"\n{Look}");
        Assert.Equal("2", plain.Post("application/x-www-form-urlencoded", "x=evil").Ids);
        Assert.Equal("", plain.Post("text/plain", "evil").Ids);
        Assert.Equal("2", forced.Post("text/plain", "evil").Ids);
        Assert.Equal("", forced.Post("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nevil\r\n--b--\r\n").Ids);
    }

    [Fact]
    public void Access_and_limits_of_bodies_can_be_changed()
    {
        using EngineUnderTest engine = new("""
            SecRequestBodyAccess On
            SecRule ARGS_GET:access "@streq off" "id:1,phase:1,pass,nolog,ctl:requestBodyAccess=Off"
            SecRule ARGS_GET:limit "@streq 4" "id:2,phase:1,pass,nolog,ctl:requestBodyLimit=4"
            SecRule ARGS_POST:x "@rx .*" "id:3,phase:2,pass,logdata:'%{MATCHED_VAR}'"
            """);
        const string Form = "application/x-www-form-urlencoded";
        Assert.Equal("abcdef", engine.Post(Form, "x=abcdef").LogData);
        Assert.Equal("", engine.Post(Form, "x=abcdef", "/?access=off").LogData);
        Assert.Equal("ab", engine.Post(Form, "x=abcdef", "/?limit=4").LogData);
        Assert.True(engine.Transaction.Verdict.IsContinue);
    }
}
