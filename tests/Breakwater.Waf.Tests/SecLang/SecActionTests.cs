using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecActionTests
{
    [Fact]
    public void A_rule_of_the_core_rule_sets_shape_is_read()
    {
        SecRule rule = Rule("""
            SecRule REQUEST_COOKIES|ARGS "@rx \x5c(a|b)" \
                "id:942999,\
                phase:request,\
                block,\
                capture,\
                t:none,t:urlDecodeUni,t:normalisePath,\
                msg:'It\'s one, or two',\
                logdata:'Matched %{TX.0}',\
                tag:'attack-sqli',\
                tag:'OWASP_CRS/ATTACK',\
                ver:'X/4.0',\
                severity:'CRITICAL',\
                multiMatch,\
                setvar:'tx.score=+%{tx.critical}',\
                setvar:tx.seen,\
                setvar:!tx.gone,\
                setvar:'tx.count_%{MATCHED_VAR_NAME}=-2'"
            """);
        Assert.Equal((942999, SecPhase.RequestBody), (rule.Id, rule.Phase));
        Assert.True(rule.Capture && rule.MultiMatch);
        Assert.Equal("It's one, or two", rule.Msg!.Source);
        Assert.Equal(["attack-sqli", "OWASP_CRS/ATTACK"], rule.Tags);
        Assert.Equal(2, rule.Severity);
        Assert.Equal([TransformationKind.UrlDecodeUni, TransformationKind.NormalizePath], rule.Transformations);
        Assert.Equal(
            [(SetVarMode.Add, "score", "%{tx.critical}"), (SetVarMode.Set, "seen", "1"), (SetVarMode.Unset, "gone", ""), (SetVarMode.Subtract, "count_%{MATCHED_VAR_NAME}", "2")],
            rule.Actions.Cast<SetVar>().Select(a => (a.Mode, a.Key.Source, a.Value.Source)));
    }

    [Theory]
    [InlineData("ctl:ruleEngine=detectiononly", CtlOption.RuleEngine, "DetectionOnly", "", "")]
    [InlineData("ctl:ruleRemoveById=1-999999", CtlOption.RuleRemoveById, "1-999999", "1-999999", "")]
    [InlineData("ctl:ruleRemoveByTag=attack-sqli", CtlOption.RuleRemoveByTag, "attack-sqli", "", "")]
    [InlineData("ctl:ruleRemoveTargetById=942100;ARGS:pwd", CtlOption.RuleRemoveTargetById, "942100", "942100", "!ARGS:pwd")]
    [InlineData("ctl:ruleRemoveTargetByTag=xss;REQUEST_FILENAME", CtlOption.RuleRemoveTargetByTag, "xss", "", "!REQUEST_FILENAME")]
    [InlineData("ctl:requestBodyProcessor=json", CtlOption.RequestBodyProcessor, "JSON", "", "")]
    [InlineData("ctl:auditLogParts=+E", CtlOption.AuditLogParts, "+E", "", "")]
    [InlineData("ctl:forceRequestBodyVariable=On", CtlOption.ForceRequestBodyVariable, "On", "", "")]
    public void Ctl_is_read(string written, CtlOption option, string value, string ids, string target)
    {
        Ctl ctl = Assert.IsType<Ctl>(Assert.Single(Actions(written).Actions));
        Assert.Equal((option, value, ids, target), (ctl.Option, ctl.Value, string.Join(' ', ctl.Ids), $"{ctl.Target}"));
    }

    [Fact]
    public void Collections_are_opened_and_expire()
    {
        SecRule rule = Actions("initcol:ip=%{remote_addr}_%{tx.ua},expirevar:'ip.block=%{tx.d}',setsid:%{request_cookies.sid},setvar:ip.n=+1");
        Assert.Equal((SecVariable.Ip, "%{remote_addr}_%{tx.ua}"), (((InitCol)rule.Actions[0]).Collection, ((InitCol)rule.Actions[0]).Key.Source));
        Assert.Equal((SecVariable.Ip, "block", "%{tx.d}"), (((ExpireVar)rule.Actions[1]).Collection, ((ExpireVar)rule.Actions[1]).Key.Source, ((ExpireVar)rule.Actions[1]).Seconds.Source));
        Assert.Equal(SecVariable.Session, ((SetCollectionId)rule.Actions[2]).Collection);
        Assert.Equal(SecVariable.Ip, ((SetVar)rule.Actions[3]).Collection);
    }

    [Theory]
    [InlineData("deny,status:403", SecDisruptiveKind.Deny, 403)]
    [InlineData("drop", SecDisruptiveKind.Drop, 0)]
    [InlineData("allow", SecDisruptiveKind.Allow, 0)]
    [InlineData("allow:phase", SecDisruptiveKind.AllowPhase, 0)]
    [InlineData("allow:request", SecDisruptiveKind.AllowRequest, 0)]
    [InlineData("redirect:'https://example.org/?a=1,2'", SecDisruptiveKind.Redirect, 0)]
    [InlineData("pass", SecDisruptiveKind.Pass, 0)]
    [InlineData("log", SecDisruptiveKind.Pass, 0)]
    public void Disruptive_actions_are_read(string written, SecDisruptiveKind kind, int status)
    {
        SecRule rule = Actions(written);
        Assert.Equal((kind, status), (rule.Disruptive.Kind, rule.Status));
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("nolog", false, false)]
    [InlineData("nolog,auditlog", false, true)]
    [InlineData("log,noauditlog", true, false)]
    public void Nolog_is_no_audit_log_unless_said_otherwise(string written, bool log, bool auditLog)
    {
        SecRule rule = Actions(written);
        Assert.Equal((log, auditLog), (rule.Log, rule.AuditLog));
    }

    [Fact]
    public void SecDefaultAction_is_inherited_by_the_rules_of_its_phase_after_it()
    {
        SecRule[] rules = [.. Read("""
            SecRule ARGS "a" "id:1,phase:2,block"
            SecDefaultAction "phase:2,nolog,deny,status:429,t:lowercase"
            SecRule ARGS "a" "id:2,phase:2,block,t:trim"
            SecRule ARGS "a" "id:3,phase:2,t:none,t:trim,pass,log"
            SecRule ARGS "a" "id:4,phase:2"
            SecRule ARGS "a" "id:5,phase:1,block"
            """).Rules];
        Assert.Equal(
            [SecDisruptiveKind.Pass, SecDisruptiveKind.Deny, SecDisruptiveKind.Pass, SecDisruptiveKind.Deny, SecDisruptiveKind.Pass],
            rules.Select(r => r.Disruptive.Kind));
        Assert.Equal([true, true, false, false, true], rules.Select(r => r.Disruptive.IsBlock));
        Assert.Equal([TransformationKind.Lowercase, TransformationKind.Trim], rules[1].Transformations);
        Assert.Equal([TransformationKind.Trim], rules[2].Transformations);
        Assert.Equal([true, false, true, false, true], rules.Select(r => r.Log));
        Assert.Equal(429, rules[3].Status);
    }

    [Fact]
    public void A_chain_is_one_rule_with_links()
    {
        SecRule rule = Rule("""
            SecRule ARGS "a" "id:1,phase:1,deny,chain"
                SecRule REQUEST_URI "b" "chain,setvar:tx.x=1"
                    SecRule REQUEST_METHOD "c" "t:lowercase"
            """);
        Assert.True(rule.IsChained && rule.Chained!.IsChained && !rule.Chained.Chained!.IsChained);
        Assert.Equal((1, SecPhase.RequestHeaders), (rule.Chained.Chained.Id, rule.Chained.Chained.Phase));
    }

    [Theory]
    [InlineData("SecRule ARGS \"a\" \"phase:1\"", "a rule without an id")]
    [InlineData("SecRule ARGS \"a\" \"id:1\"\nSecRule ARGS \"b\" \"id:1\"", "test.conf:2:1: the id 1 is already used at test.conf:1:1")]
    [InlineData("SecRule ARGS \"a\" \"id:1,chain\"", "chain, but no rule follows")]
    [InlineData("SecRule ARGS \"a\" \"id:1,chain\"\nSecMarker X", "chain, but no rule follows")]
    [InlineData("SecRule ARGS \"a\" \"id:1,chain\"\nSecRule ARGS \"a\" \"id:2\"", "an id in a chained rule")]
    [InlineData("SecRule ARGS \"a\" \"id:1,chain\"\nSecRule ARGS \"a\" \"deny\"", "a disruptive action in a chained rule")]
    [InlineData("SecRule ARGS \"a\" \"id:1,t:nope\"", "there is no transformation \"nope\"")]
    [InlineData("SecRule ARGS \"a\" \"id:1,t:lowercas\"", "1:26: there is no transformation \"lowercas\"; did you mean lowercase?")]
    [InlineData("SecRule ARGS \"a\" \"id:1,phase:6\"", "\"6\" is no phase")]
    [InlineData("SecRule ARGS \"a\" \"id:x\"", "\"x\" is no rule id")]
    [InlineData("SecRule ARGS \"a\" \"id:1,msg:'a\"", "a quote that is never closed")]
    [InlineData("SecRule ARGS \"a\" \"id:1,msg:'a'b'\"", "cannot follow a quoted value")]
    [InlineData("SecRule ARGS \"a\" \"id:1,exec:/bin/x\"", "the action exec is not supported; rules may not run programs")]
    [InlineData("SecRule ARGS \"a\" \"id:1,setvar:args.x=1\"", "setvar cannot change ARGS")]
    [InlineData("SecRule ARGS \"a\" \"id:1,setvar:tx\"", "setvar needs the name of a member")]
    [InlineData("SecRule ARGS \"a\" \"id:1,setvar:!tx.a=1\"", "setvar:! takes a variable away")]
    [InlineData("SecRule ARGS \"a\" \"id:1,initcol:tx=1\"", "is no persistent collection")]
    [InlineData("SecRule ARGS \"a\" \"id:1,expirevar:ip.x\"", "expirevar needs the seconds")]
    [InlineData("SecRule ARGS \"a\" \"id:1,ctl:nope=1\"", "there is no ctl option \"nope\"")]
    [InlineData("SecRule ARGS \"a\" \"id:1,ctl:ruleEngine=Maybe\"", "\"Maybe\" is none of its values; write On, Off, DetectionOnly")]
    [InlineData("SecRule ARGS \"a\" \"id:1,ctl:ruleRemoveTargetById=5\"", "the target to leave out is missing")]
    [InlineData("SecRule ARGS \"a\" \"id:1,severity:8\"", "\"8\" is no severity")]
    [InlineData("SecRule ARGS \"a\" \"id:1,status:99\"", "write a whole number from 100 to 599")]
    [InlineData("SecDefaultAction \"deny\"", "SecDefaultAction without a phase")]
    [InlineData("SecDefaultAction \"phase:1,block\"", "block in SecDefaultAction")]
    public void What_cannot_be_an_action_is_an_error(string text, string error) =>
        Assert.Contains(error, Error(text), StringComparison.Ordinal);

    [Fact]
    public void A_skip_that_leads_nowhere_is_a_warning()
    {
        SecLoadResult result = SecRuleset.Parse("SecAction \"id:1,skipAfter:END\"\nSecAction \"id:2,skipAfter:OK\"\nSecMarker \"OK\"");
        Assert.StartsWith("rules.conf:1:1: warning: skipAfter:END leads to no marker", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.NotNull(result.Ruleset);
    }
}
