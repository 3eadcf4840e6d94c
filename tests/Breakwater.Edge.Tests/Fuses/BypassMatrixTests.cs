using Breakwater.Edge.Fuses;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Tests.Fuses;

/// <summary>
/// The kill switch of each module with each action that it has, over the real listener: no request fails, and the module has no effect, until the
/// switch is taken away.
/// </summary>
public sealed class BypassMatrixTests
{
    public static TheoryData<GuardedAction> Actions => new(GuardedModules.All);

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task A_bypassed_module_has_no_effect_and_fails_nobody(GuardedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        await using GuardedLab lab = await GuardedLab.StartAsync(action);
        Assert.True(await lab.ShowsAsync(), "the module does not do what it is here for");

        lab.Bypass(action.Module);
        for (int i = 0; i < 3; i++)
        {
            Assert.False(await lab.ShowsAsync());
            Assert.Equal(lab.PlainStatus, lab.Status);
        }

        // Then what makes an error page is gone, too.
        lab.Bypass("*");
        Assert.False(await lab.ShowsAsync());
        Assert.Equal(action.Module == "error_pages" ? 200 : lab.PlainStatus, lab.Status);

        lab.Bypass(null);
        Assert.True(await lab.ShowsAsync());
        Assert.Equal(0, lab.Fuse.Blows);
    }

    [Fact]
    public void Each_module_that_has_a_fuse_is_in_the_matrix() =>
        Assert.Equal(
            ModuleIds.Fused.Select(ModuleIds.NameOf).Except(["access_log"]).Order(StringComparer.Ordinal),
            GuardedModules.All.Select(action => action.Module).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void So_is_each_action_of_the_rules_language() =>
        Assert.All(
            Enum.GetValues<RuleActionKind>().Except(GuardedModules.WithoutEffect),
            kind => Assert.Contains(GuardedModules.All, action => action.Name.Split(' ')[0] == RuleActionKinds.NameOf(kind)));

    [Fact]
    public async Task The_access_log_has_no_line_of_what_came_while_it_was_bypassed()
    {
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("access_log", "write", "websocket: true"));
        await lab.ShowsAsync();
        lab.Bypass("access_log");
        await lab.ShowsAsync();
        lab.Bypass(null);
        Assert.False(await lab.ShowsAsync());
        Assert.Equal(2, (await lab.Lab.StopAndReadLogAsync()).Length);
    }

    [Fact]
    public async Task Another_zone_is_not_concerned()
    {
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("custom_rules", "block", "rules: [{when: true, do: block}]"));
        lab.Lab.Files.Write("bypass", "module custom_rules zone other until 2026-05-04T04:00:00Z\n");
        lab.Lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await lab.ShowsAsync());
    }

    [Fact]
    public async Task A_reload_does_not_end_it()
    {
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("custom_rules", "block", "rules: [{when: true, do: block}]"));
        lab.Bypass("custom_rules");
        Assert.Empty(lab.Lab.Reload("rules: [{when: true, do: block, status: 451}]"));
        Assert.False(await lab.ShowsAsync());
        lab.Bypass(null);
        await lab.ShowsAsync();
        Assert.Equal(451, lab.Status);
    }
}
