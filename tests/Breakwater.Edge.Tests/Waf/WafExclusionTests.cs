namespace Breakwater.Edge.Tests.Waf;

/// <summary>What rules shall not look at, as an operator writes it; and that each exclusion has an effect.</summary>
public sealed class WafExclusionTests
{
    private const string Json = """{"items":[{"body":"attack"},{"body":"attack"}],"title":"peace"}""";

    public static TheoryData<string, string, string, int> Exclusions => new()
    {
        // One parameter, of one rule; other parameters and other rules stay.
        { "{rule: 201, in: args.comment}", "/?comment=attack", "", 200 },
        { "{rule: 201, in: args.comment}", "/?other=attack", "", 403 },
        { "{rule: 202, in: args.comment}", "/?comment=attack", "", 403 },
        { "{rule: 200-299, in: args.comment}", "/?comment=attack", "", 200 },
        { "{rule: 201, in: args.Comment}", "/?comment=attack", "", 200 },
        { "{rule: 201, in: args.c*}", "/?comment=attack", "", 200 },
        { "{rule: 201, in: args}", "/?comment=attack", "", 200 },
        { "{rule: 201}", "/?q=attack", "", 200 },
        { "{tag: attack-test}", "/?q=attack", "", 200 },
        { "{tag: ATTACK-TEST, in: args.q}", "/?q=attack", "", 200 },
        { "{in: args.q}", "/?q=attack+odd", "", 200 },
        { "{rule: 201, in: cookies.sid}", "/", "Cookie: sid=attack", 200 },
        { "{rule: 201, in: cookies.sid}", "/", "Cookie: tid=attack", 403 },
        { "{rule: 201, in: cookies}", "/", "Cookie: tid=attack", 200 },
        { "{rule: 101, in: headers.user-agent}", "/", "User-Agent: evilbot", 200 },
        { "{rule: 201, in: 'ARGS:/^com/'}", "/?comment=attack", "", 200 },
        { "{rule: 201, in: 'REQUEST_COOKIES:/^_ga/'}", "/", "Cookie: _ga_1=attack", 200 },

        // Some paths only.
        { "{rule: 201, path: /admin/*}", "/admin/x?q=attack", "", 200 },
        { "{rule: 201, path: /admin/*}", "/x?q=attack", "", 403 },
        { "{rule: 201, in: args.q, path: /admin/*/edit}", "/admin/7/edit?q=attack", "", 200 },
        { "{rule: 201, in: args.q, path: /admin/*/edit}", "/admin/7/edit?r=attack", "", 403 },

        // Neither a path that only looks so, nor one that only becomes so.
        { "{rule: 201, path: /admin/*}", "/admin/../x?q=attack", "", 403 },
        { "{rule: 201, path: /admin/*}", "/x/../admin/y?q=attack", "", 403 },
    };

    [Theory]
    [MemberData(nameof(Exclusions))]
    public async Task LeaveOutWhatTheyNameAndNothingElse(string exclusion, string target, string field, int status)
    {
        await using WafLab lab = await WafLab.StartAsync($"mode: block, exclusions: [{exclusion}]");
        Assert.Equal(status, await lab.Lab.StatusAsync(target, field.Length == 0 ? [] : [field]));
    }

    [Theory]
    [InlineData("json.items[*].body", 200)]
    [InlineData("json.items.0.body", 403)]
    [InlineData("json.title", 403)]
    [InlineData("json.items[*].*", 200)]
    public async Task ReachIntoJson(string part, int status)
    {
        await using WafLab lab = await WafLab.StartAsync($"mode: block, exclusions: [{{rule: 201, in: '{part}'}}]");
        Assert.Equal(status, (await lab.PostAsync("/", "application/json", Json)).Status);
    }

    [Fact]
    public async Task OfAllZonesAndOfOneHoldTogether()
    {
        await using WafLab lab = await WafLab.StartAsync(
            "mode: block, exclusions: [{rule: 201, in: args.a}]", top: "waf: {exclusions: [{rule: 201, in: args.b, path: /x}]}");
        Assert.Equal(200, await lab.Lab.StatusAsync("/x?a=attack&b=attack"));
        Assert.Equal(403, await lab.Lab.StatusAsync("/y?a=attack&b=attack"));
        Assert.Equal(403, await lab.Lab.StatusAsync("/x?c=attack"));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "{rule: 777}", ": the rules 'waf' have no rule 777; mend the id, or remove the exclusion" },
        { "{tag: attack-sqlli}", ": none of the rules 'waf' has the tag 'attack-sqlli'; mend the tag, or remove the exclusion" },
        { "{rule: 201, in: comment}", ": 'comment' is no part of a request; write args.NAME, json.PATH" },
        { "{rule: 201, in: 'NOSUCH:x'}", "NOSUCH" },
        { "{rule: 101, in: args.q}", ": warning: none of the rules looks at what " },
        { "{rule: 201, path: /a**b}", "has stars side by side" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task WithoutEffectAreToldWithTheirPlace(string exclusion, string message)
    {
        await using WafLab lab = await WafLab.StartAsync();
        string found = Assert.Single(lab.Lab.Reload(WafLab.Zone($"mode: block, exclusions: [{exclusion}]")));
        Assert.Contains(message, found, StringComparison.Ordinal);
        Assert.Matches("breakwater.yaml:[0-9]+:[0-9]+: ", found);
    }

    [Fact]
    public async Task SettingsThatTheRulesDoNotKnowAreTold()
    {
        await using WafLab lab = await WafLab.StartAsync();
        lab.Lab.Files.Write("plain/a.conf", """SecRule ARGS "@contains x" "id:1,phase:2,deny" """);
        Assert.Contains("these rules know no inbound threshold", Assert.Single(lab.Lab.Reload("waf: {rules: ./plain, mode: block, threshold: 7}")), StringComparison.Ordinal);
        Assert.Empty(lab.Lab.Reload("waf: {rules: ./plain, mode: block}"));
    }
}
