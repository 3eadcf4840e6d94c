using Breakwater.Commands;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Switches;

namespace Breakwater.Tests.Commands;

public sealed class BypassCommandTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 600)]
    [InlineData("30s", 30)]
    [InlineData("10m", 600)]
    [InlineData("24h", 86_400)]
    [InlineData("1440m", 86_400)]
    public void A_time_is_a_number_and_a_unit(string? text, int seconds)
    {
        Assert.True(BypassCommand.TryRead(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("-1m")]
    [InlineData("1d")]
    [InlineData("25h")]
    [InlineData("1441m")]
    [InlineData("99999999999s")]
    public void Nothing_else_is(string text) => Assert.False(BypassCommand.TryRead(text, out _));

    [Fact]
    public void A_second_word_about_the_same_takes_the_place_of_the_first()
    {
        SwitchSet one = BypassCommand.With(SwitchSet.None, Switch(ModuleId.Waf, "shop", 10));
        SwitchSet two = BypassCommand.With(BypassCommand.With(one, Switch(ModuleId.Waf, null, 20)), Switch(ModuleId.Waf, "shop", 30));
        Assert.Equal([Switch(ModuleId.Waf, null, 20), Switch(ModuleId.Waf, "shop", 30)], two.Modules);
    }

    [Fact]
    public void What_is_ended_is_what_was_named()
    {
        var all = new SwitchSet { Modules = [Switch(ModuleId.Waf, "shop", 1), Switch(ModuleId.Waf, null, 1), Switch(ModuleId.Hsts, "shop", 1), Switch(null, null, 1)] };
        Assert.Equal(3, BypassCommand.Without(all, Switch(ModuleId.Waf, "shop", 0)).Modules.Count);
        Assert.Equal([Switch(ModuleId.Hsts, "shop", 1), Switch(null, null, 1)], BypassCommand.Without(all, Switch(ModuleId.Waf, null, 0)).Modules);
        Assert.Equal([Switch(ModuleId.Waf, null, 1), Switch(null, null, 1)], BypassCommand.Without(all, Switch(null, "shop", 0)).Modules);
        Assert.Empty(BypassCommand.Without(all, Switch(null, null, 0)).Modules);
    }

    private static ModuleSwitch Switch(ModuleId? module, string? zone, int minutes) => new(module, zone, Now.AddMinutes(minutes), "");
}
