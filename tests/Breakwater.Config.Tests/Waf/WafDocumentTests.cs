namespace Breakwater.Config.Tests.Waf;

/// <summary>The firewall's settings: what a document says, and what a zone has of it in the end.</summary>
public sealed class WafDocumentTests
{
    private const string Zone = """

        zones:
          - name: shop
            origins: [{url: "http://10.0.0.5"}]

        """;

    [Fact]
    public void AZoneHasTheBuiltinRulesInBlockModeUnlessSomebodySaysOtherwise()
    {
        WafConfig waf = Assert.Single(Read(Zone).Zones).Waf;
        Assert.Equal(new WafConfig(), waf);
        Assert.Equal((WafRulesKind.Builtin, WafMode.Block, 1, 1 << 20), (waf.Rules.Kind, waf.Mode, waf.Paranoia, waf.BodyLimit));
    }

    [Fact]
    public void AZoneThatNoDocumentMadeHasNone() =>
        Assert.Equal(WafMode.Off, new ZoneConfig { Name = "shop", Origins = [] }.Waf.Mode);

    [Fact]
    public void AZoneInheritsKeyByKey()
    {
        BreakwaterConfig config = Read("""
            waf: {rules: crs, mode: detect, paranoia: 2, threshold: 10, fail: closed}
            crs_path: crs
            zones:
              - name: shop
                origins: [{url: "http://10.0.0.5"}]
                waf: {mode: block, body_limit: 64KiB, on_large_body: refuse, inspect_responses: true}
            """);
        Assert.Equal(
            new WafConfig
            {
                Rules = WafRulesSource.Crs,
                Paranoia = 2,
                Threshold = 10,
                Fail = WafFail.Closed,
                BodyLimit = 64 << 10,
                OnLargeBody = WafLargeBody.Refuse,
                InspectResponses = true,
            },
            config.Zones[0].Waf);
        Assert.Equal(Path.GetFullPath("/etc/breakwater/crs"), config.CrsPath);
    }

    [Fact]
    public void ExclusionsOfAllZonesComeBeforeAZonesOwn()
    {
        WafConfig waf = Read("""
            waf:
              exclusions: [{rule: 942100, in: args.comment}]
            zones:
              - name: shop
                origins: [{url: "http://10.0.0.5"}]
                waf:
                  exclusions:
                    - {tag: attack-sqli, path: /admin/*, in: "json.items[*].body", description: rich text}
                    - {rule: 941000-941999}
              - name: blog
                hosts: [blog.example]
                origins: [{url: "http://10.0.0.5"}]
            """).Zones[0].Waf;
        Assert.Equal(
            [
                new WafExclusionConfig { Rule = new WafRuleIds(942100, 942100), In = ConfigText.Of("args.comment") },
                new WafExclusionConfig { Tag = "attack-sqli", Path = "/admin/*", In = ConfigText.Of("json.items[*].body"), Description = "rich text" },
                new WafExclusionConfig { Rule = new WafRuleIds(941000, 941999) },
            ],
            waf.Exclusions);
        Assert.Equal(8, waf.Exclusions[1].Position.Line);
    }

    [Theory]
    [InlineData("builtin", WafRulesKind.Builtin, "")]
    [InlineData("crs", WafRulesKind.Crs, "")]
    [InlineData("./crs", WafRulesKind.Directory, "/etc/breakwater/crs")]
    [InlineData("/srv/rules", WafRulesKind.Directory, "/srv/rules")]
    [InlineData("rules/coreruleset-4.20.0", WafRulesKind.Directory, "/etc/breakwater/rules/coreruleset-4.20.0")]
    public void RulesAreNamedOrInADirectory(string written, WafRulesKind kind, string path) =>
        Assert.Equal(new WafRulesSource(kind, path), Read($"waf: {{rules: {written}}}{Zone}").Zones[0].Waf.Rules);

    [Fact]
    public void APathThatNothingUsesIsDoubtful() =>
        Assert.Contains(
            ConfigReader.Read("crs_path: /x" + Zone, "/etc/breakwater/breakwater.yaml").Diagnostics,
            found => found.Severity == DiagnosticSeverity.Warning && found.ToString().Contains("'crs_path' has no effect", StringComparison.Ordinal));

    private static BreakwaterConfig Read(string yaml)
    {
        ConfigResult result = ConfigReader.Read(yaml, "/etc/breakwater/breakwater.yaml");
        Assert.True(result.Config is not null, string.Join('\n', result.Diagnostics));
        return result.Config;
    }
}
