using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses;

namespace Breakwater.Edge.Tests.Faults;

public sealed class FaultPlanTests
{
    [Fact]
    public void A_plan_names_module_zone_and_fault()
    {
        FaultPlan plan = FaultPlan.Parse("module waf zone shop throw; module url_rules zone * sleep 20 path /x after 2 times 3\nmodule hsts zone a allocate 100");

        Assert.Equal([ModuleId.Waf, ModuleId.UrlRules, ModuleId.Hsts], plan.Points.Select(point => point.Module));
        Assert.Single(plan.For(ModuleId.Waf, "shop"));
        Assert.Empty(plan.For(ModuleId.Waf, "blog"));
        Assert.Equal(TimeSpan.FromMilliseconds(20), Assert.Single(plan.For(ModuleId.UrlRules, "blog")).Duration);
    }

    [Fact]
    public void A_fault_strikes_in_its_turn()
    {
        FaultPoint point = Assert.Single(FaultPlan.Parse("module waf zone * throw after 1 times 2").Points);

        bool[] struck = [.. Enumerable.Range(0, 5).Select(_ => Record.Exception(() => point.Strike(null)) is InjectedFaultException)];

        Assert.Equal([false, true, true, false, false], struck);
    }

    [Fact]
    public void What_hangs_comes_back_when_the_plan_is_released()
    {
        FaultPlan plan = FaultPlan.Parse("module waf zone * hang");
        var hanging = new Thread(() => plan.Points[0].Strike(null)) { IsBackground = true };
        hanging.Start();
        plan.Release();
        Assert.True(hanging.Join(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void An_environment_without_a_plan_arms_nothing() => Assert.Empty(FaultPlan.FromEnvironment().Points);

    [Theory]
    [InlineData("waf shop throw")]
    [InlineData("module wav zone * throw")]
    [InlineData("module waf zone *")]
    [InlineData("module waf zone * explode")]
    [InlineData("module waf zone * sleep")]
    [InlineData("module waf zone * sleep soon")]
    [InlineData("module waf zone * allocate 99999999999")]
    [InlineData("module waf zone * throw sometimes")]
    [InlineData("module waf zone * throw times 0")]
    public void What_makes_no_sense_is_refused(string text) => Assert.Throws<FormatException>(() => FaultPlan.Parse(text));
}
