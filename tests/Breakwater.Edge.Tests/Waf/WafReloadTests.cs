using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Rule files: found, shared, kept over reloads, looked after.</summary>
public sealed class WafReloadTests
{
    [Fact]
    public async Task RulesWhoseFilesAreTheSameAreKept()
    {
        await using WafLab lab = await WafLab.StartAsync();
        WafProgram before = Program(lab);
        Assert.Empty(lab.Lab.Reload(WafLab.Zone("mode: block, threshold: 20")));
        Assert.Same(before, Program(lab));
        Assert.Equal(200, await lab.Lab.StatusAsync("/?q=attack"));
    }

    [Fact]
    public async Task AReloadReadsWhatHasChanged()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Replace(lab, "attack", "raid");
        Assert.Empty(lab.Lab.Reload(WafLab.Zone("mode: block")));
        Assert.Equal((200, 403), (await lab.Lab.StatusAsync("/?q=attack"), await lab.Lab.StatusAsync("/?q=raid")));
    }

    [Fact]
    public async Task AReloadWithBrokenRulesLeavesThoseInForce()
    {
        await using WafLab lab = await WafLab.StartAsync();
        lab.Lab.Files.Write("waf/test.conf", WafLab.Rules + "\nSecRule ARGS \"@rx (\" \"id:999,phase:2,deny\"\n");
        string found = Assert.Single(lab.Lab.Reload(WafLab.Zone("mode: block")));
        Assert.Matches("waf/test.conf:[0-9]+:[0-9]+: ", found);
        Assert.Equal(403, await lab.Lab.StatusAsync("/?q=attack"));
    }

    [Fact]
    public async Task ChangedFilesComeIntoForceByThemselves()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, exclusions: [{rule: 201, in: args.free}]");
        Replace(lab, "attack", "raid");
        await SettleAsync(lab);
        Assert.Equal((200, 403, 200), (await lab.Lab.StatusAsync("/?q=attack"), await lab.Lab.StatusAsync("/?q=raid"), await lab.Lab.StatusAsync("/?free=raid")));

        lab.Lab.Files.Write("waf/test.conf", "SecRule nonsense");
        await SettleAsync(lab);
        Assert.Equal(403, await lab.Lab.StatusAsync("/?q=raid"));

        lab.Lab.Files.Write("waf/test.conf", WafLab.Rules);
        await SettleAsync(lab);
        Assert.Equal(403, await lab.Lab.StatusAsync("/?q=attack"));
    }

    [Fact]
    public async Task ZonesShareRules()
    {
        await using WafLab lab = await WafLab.StartAsync();
        ConfigResult two = ConfigReader.Read(
            """
            waf: {rules: ./waf}
            zones:
              - {name: shop, hosts: [shop.example.com], origins: [{url: "http://127.0.0.1:1"}]}
              - {name: blog, hosts: [blog.example.com], origins: [{url: "http://127.0.0.1:1"}], waf: {mode: detect}}
            """,
            lab.Lab.Files["breakwater.yaml"]);
        await lab.Lab.Edge.ReloadAsync(two.Config!, lab.Lab.Limit);
        Assert.Single(lab.Lab.Edge.Plane.Live.Zones.All.Select(zone => zone.Waf!.Rules).Distinct());
    }

    [Fact]
    public async Task AReleaseOfTheCoreRuleSetIsReadInItsOrder()
    {
        await using WafLab lab = await WafLab.StartAsync();
        lab.Lab.Files.Write("crs/crs-setup.conf.example", """SecAction "id:1,phase:1,pass,nolog,setvar:tx.word=from_setup" """);
        lab.Lab.Files.Write("crs/rules/REQUEST-901.conf", """SecRule TX:word "@streq from_setup" "id:2,phase:1,pass,nolog,setvar:tx.ready=1" """);
        lab.Lab.Files.Write("crs/rules/REQUEST-942.conf", """
            SecRule TX:ready "@eq 1" "id:3,phase:2,deny,chain"
                SecRule ARGS "@pmFromFile words.data" "t:none"
            """);
        lab.Lab.Files.Write("crs/rules/words.data", "tulip\n");
        Assert.Empty(lab.Lab.Reload("waf: {rules: crs, mode: block}", "crs_path: crs"));
        Assert.Equal((403, 200), (await lab.Lab.StatusAsync("/?q=tulip"), await lab.Lab.StatusAsync("/?q=rose")));

        // A data file is one of the files.
        lab.Lab.Files.Write("crs/rules/words.data", "some other flower, the rose\nrose\n");
        await SettleAsync(lab);
        Assert.Equal((200, 403), (await lab.Lab.StatusAsync("/?q=tulip"), await lab.Lab.StatusAsync("/?q=rose")));
    }

    [Theory]
    [InlineData("waf: {rules: ./nowhere, mode: block}", "'{0}/nowhere' is not a directory; name a release of the Core Rule Set, or a folder of .conf files")]
    [InlineData("waf: {rules: ./empty, mode: block}", "there are no .conf files in '{0}/empty'; name a release of the Core Rule Set, or a folder of .conf files")]
    public async Task RulesThatAreNotThereAreAnErrorOfTheDocument(string zone, string message)
    {
        await using WafLab lab = await WafLab.StartAsync();
        lab.Lab.Files.Write("empty/readme.txt", "");
        string found = Assert.Single(lab.Lab.Reload(zone));
        Assert.EndsWith(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, lab.Lab.Files.Path), found, StringComparison.Ordinal);
        Assert.Matches("breakwater.yaml:[0-9]+:[0-9]+: ", found);
    }

    private static WafProgram Program(WafLab lab) => lab.Lab.Edge.Plane.Live.Zones.All[0].Waf!.Rules.Program;

    private static void Replace(WafLab lab, string word, string by) =>
        lab.Lab.Files.Write("waf/test.conf", WafLab.Rules.Replace($"contains {word}\"", $"contains {by}\"", StringComparison.Ordinal));

    /// <summary>Looks until a change has come to rest and was taken down the road.</summary>
    private static async Task SettleAsync(WafLab lab)
    {
        for (int i = 0; i < 4; i++)
        {
            lab.Lab.Time.Advance(FileWatch.Interval);
        }

        await lab.Lab.Edge.Road.RestAsync();
    }
}
