using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;
using static Breakwater.Waf.Tests.SecLang.SecLangText;

namespace Breakwater.Waf.Tests.SecLang;

public sealed class SecUpdateTests
{
    private const string Rules = """
        SecRule ARGS|REQUEST_URI "a" "id:10,deny,msg:'First thing',tag:'app/php',chain"
            SecRule REQUEST_METHOD "b" "msg:'Inner'"
        SecRule ARGS "a" "id:11,pass,tag:'app/java',t:lowercase"
        SecRule ARGS "a" "id:20,pass"

        """;

    [Theory]
    [InlineData("SecRuleRemoveById 10", "11 20")]
    [InlineData("SecRuleRemoveById 10-11", "20")]
    [InlineData("SecRuleRemoveById 10 20", "11")]
    [InlineData("SecRuleRemoveById \"10,15-99\"", "11")]
    [InlineData("SecRuleRemoveByTag \"app/(php|perl)\"", "11 20")]
    [InlineData("SecRuleRemoveByTag app", "20")]
    [InlineData("SecRuleRemoveByMsg \"^Inner$\"", "11 20")]
    public void Rules_are_removed(string update, string left)
    {
        Assert.Equal(left, string.Join(' ', Read(Rules + update).Rules.Select(r => r.Id)));
        Assert.Equal(left, string.Join(' ', Read(update + "\n" + Rules).Rules.Select(r => r.Id))); // also when it stands before them
    }

    [Theory]
    [InlineData("SecRuleUpdateTargetById 10 \"!ARGS:pwd|REQUEST_BODY\"", "ARGS REQUEST_URI !ARGS:pwd REQUEST_BODY", "ARGS")]
    [InlineData("SecRuleUpdateTargetById 10 \"ARGS_GET\" \"ARGS\"", "REQUEST_URI ARGS_GET", "ARGS")]
    [InlineData("SecRuleUpdateTargetById 10-20 \"!ARGS:/^x/\"", "ARGS REQUEST_URI !ARGS:/^x/", "ARGS !ARGS:/^x/")]
    [InlineData("SecRuleUpdateTargetByTag \"java\" \"!ARGS:x\"", "ARGS REQUEST_URI", "ARGS !ARGS:x")]
    [InlineData("SecRuleUpdateTargetByMsg \"First\" \"!ARGS:x\"", "ARGS REQUEST_URI !ARGS:x", "ARGS")]
    [InlineData("SecRuleUpdateTargetById 10 \"ARGS\"", "ARGS REQUEST_URI", "ARGS")]
    public void Targets_are_updated(string update, string first, string second)
    {
        SecRule[] rules = [.. Read(Rules + update).Rules];
        Assert.Equal((first, second), (string.Join(' ', rules[0].Targets), string.Join(' ', rules[1].Targets)));
    }

    [Fact]
    public void A_link_of_a_chain_is_named_by_its_number()
    {
        SecRule rule = Read(Rules + "SecRuleUpdateTargetById 10:1 \"REQUEST_LINE\"\nSecRuleUpdateActionById 10:1 \"msg:'Other'\"").Rules.First();
        Assert.Equal("REQUEST_METHOD REQUEST_LINE", string.Join(' ', rule.Chained!.Targets));
        Assert.Equal("Other", rule.Chained.Msg!.Source);
    }

    [Fact]
    public void Actions_are_replaced_or_added()
    {
        SecRule rule = Read(Rules + "SecRuleUpdateActionById 11 \"deny,status:404,tag:'own',t:trim,msg:'New'\"").Rules.ElementAt(1);
        Assert.Equal((SecDisruptiveKind.Deny, 404, "New"), (rule.Disruptive.Kind, rule.Status, rule.Msg!.Source));
        Assert.Equal(["app/java", "own"], rule.Tags);
        Assert.Equal([TransformationKind.Lowercase, TransformationKind.Trim], rule.Transformations);
    }

    [Theory]
    [InlineData("SecRuleRemoveById 77", "removes rule 77, but there is none")]
    [InlineData("SecRuleUpdateTargetByTag nope \"!ARGS:x\"", "updates targets by tag \"nope\", but there is none")]
    [InlineData("SecRuleUpdateActionById 10:5 \"msg:'x'\"", "updates the actions of rule 10:5, but there is none")]
    public void An_update_without_effect_is_a_warning(string update, string warning) =>
        Assert.Contains(warning, Assert.Single(SecRuleset.Parse(Rules + update).Diagnostics).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("SecRuleUpdateActionById 10 \"phase:1\"", "id, phase and chain cannot be changed")]
    [InlineData("SecRuleUpdateActionById 10:1 \"deny\"", "a disruptive action or skip for a chained rule")]
    [InlineData("SecRuleRemoveByTag \"(\"", "is no regular expression")]
    [InlineData("SecRuleRemoveById abc", "is no rule id and no range of them")]
    [InlineData("SecRuleUpdateTargetById 10:x \"ARGS\"", "no number of a chain's link")]
    public void A_wrong_update_is_an_error(string update, string error) => Assert.Contains(error, Error(Rules + update), StringComparison.Ordinal);

    [Fact]
    public void A_removed_id_can_be_used_again_and_skips_to_a_removed_rule_still_arrive()
    {
        SecRuleset rules = Read("SecAction \"id:1,skipAfter:2\"\nSecAction \"id:2\"\nSecRuleRemoveById 2\nSecAction \"id:2,pass\"");
        Assert.Equal([1, 2], rules.Rules.Select(r => r.Id));
        Assert.Equal("2", Assert.IsType<SecMarker>(rules.Entries[1]).Name);
    }
}
