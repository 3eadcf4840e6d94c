using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>What operators ask a running edge about its firewall: what would let a request pass, and what rules take.</summary>
public sealed class WafOperatorTests
{
    private const string Form = "application/x-www-form-urlencoded";

    public static TheoryData<string, string, string, string[]> Refusals => new()
    {
        { "/posts/17", Form, "title=peace&comment=attack", ["201 args.comment /posts/17"] },
        { "/", "application/json", """{"items":[{"body":"peace"},{"body":"attack"}]}""", ["201 json.items[*].body /"] },
        { "/?a=attack&b=attack", Form, "c=1", ["201 args.a /", "201 args.b /"] },

        // As few as will do: one of three odd ones less is below the threshold.
        { "/?a=odd&b=odd&c=odd", Form, "", ["202 args.a /"] },
        { "/?teapot=1", Form, "", ["301 args.teapot /"] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task TheNarrowestExclusionsLetThatRequestPass(string target, string type, string body, string[] expected)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Http1Message refused = await lab.PostAsync(target, type, body);
        Assert.NotEqual(200, refused.Status);
        WafExclusionAnswer answer = lab.Lab.Edge.FindWafExclusion(Assert.Single(refused.Values("Breakwater-Ray")))!;
        Assert.Null(answer.Why);
        Assert.Equal(expected.Length, answer.Exclusions.Count);
        Assert.All(answer.Exclusions, line => Assert.Equal(expected[0].Split(' ')[0], $"{line.Rule}"));
        if (expected[0].StartsWith("202", StringComparison.Ordinal))
        {
            Assert.Contains(answer.Exclusions[0].In, new[] { "args.a", "args.b", "args.c" });
        }
        else
        {
            Assert.Equal(expected, answer.Exclusions.Select(line => $"{line.Rule} {line.In} {line.Path}").Order(StringComparer.Ordinal));
        }

        // What is printed is what a configuration takes, and it holds.
        string written = string.Join(", ", answer.Exclusions.Select(line => $"{{rule: {line.Rule}, in: '{line.In}', path: '{line.Path}'}}"));
        Assert.Empty(lab.Lab.Reload(WafLab.Zone($"mode: block, exclusions: [{written}]")));
        Assert.Equal(200, (await lab.PostAsync(target, type, body)).Status);
    }

    [Fact]
    public async Task ARequestThatWasOnlyDetectedIsKeptToo()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: detect");
        Assert.Equal(200, await lab.FormAsync("q=attack"));
        Assert.Equal("args.q", Assert.Single(lab.Lab.Edge.FindWafExclusion((await lab.EventAsync()).Ray)!.Exclusions).In);
    }

    [Fact]
    public async Task WhatIsRefusedForItsFormHasNone()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Http1Message refused = await lab.PostAsync("/", Form, "no gzip", "Content-Encoding: gzip");
        Assert.Equal(400, refused.Status);
        WafExclusionAnswer? answer = lab.Lab.Edge.FindWafExclusion(Assert.Single(refused.Values("Breakwater-Ray")));
        Assert.NotNull(answer!.Why);
        Assert.Empty(answer.Exclusions);
        Assert.Null(lab.Lab.Edge.FindWafExclusion("0000000000000000"));
    }

    [Fact]
    public async Task SomeRequestsAreTimed()
    {
        await using WafLab lab = await WafLab.StartAsync();
        while (lab.Lab.Edge.GetWafTop(10).Requests == 0)
        {
            await lab.Lab.StatusAsync("/?q=odd");
        }

        WafTopPage top = lab.Lab.Edge.GetWafTop(100);
        Assert.Equal(WafRuleTimes.OneOf, top.OneOf);
        Assert.Contains(top.Rules, line => line is { Rule: 202, Evaluations: > 0 });
        Assert.InRange(top.Rules.Sum(line => line.Share), 0.99, 1.01);
    }
}
