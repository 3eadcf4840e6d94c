using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Switches;

namespace Breakwater.Edge.Tests.Fuses.Switches;

public sealed class SwitchSetTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Modules_and_requests_are_named_a_line_each()
    {
        SwitchSet switches = Parse(
            """
            # by hand

            module waf zone shop until 2026-11-23T08:10:00Z because false positives
            module * zone * until 2026-11-23T09:00:00Z
              request 00d1a2b3c4d5e6f7 until 2026-11-23T08:30:00Z because in flight in two crashes
            """);

        Assert.Equal(
            [
                new ModuleSwitch(ModuleId.Waf, "shop", Now.AddMinutes(10), "false positives"),
                new ModuleSwitch(null, null, Now.AddHours(1), ""),
            ],
            switches.Modules);
        Assert.Equal([new RequestSwitch(0x00D1A2B3C4D5E6F7, Now.AddMinutes(30), "in flight in two crashes")], switches.Requests);
    }

    [Fact]
    public void What_it_writes_it_reads()
    {
        var switches = new SwitchSet
        {
            Modules = [new ModuleSwitch(ModuleId.RateLimits, null, Now.AddHours(2), "why not"), new ModuleSwitch(null, "blog", Now.AddMinutes(1), "")],
            Requests = [new RequestSwitch(1, Now.AddDays(1), "a\nb")],
        };

        SwitchSet again = Parse(switches.ToString());

        Assert.Equal(switches.Modules, again.Modules);
        Assert.Equal([new RequestSwitch(1, Now.AddDays(1), "ab")], again.Requests);
    }

    [Fact]
    public void What_is_over_is_left_out() => Assert.True(Parse("module waf zone * until 2026-11-23T08:00:00Z").IsEmpty);

    [Theory]
    [InlineData("module wav zone * until 2026-11-23T08:10:00Z", "there is no module 'wav'")]
    [InlineData("module edge zone * until 2026-11-23T08:10:00Z", "there is no module 'edge'")]
    [InlineData("module waf until 2026-11-23T08:10:00Z", "'zone'")]
    [InlineData("module waf zone", "a zone is missing")]
    [InlineData("module waf zone *", "'until'")]
    [InlineData("module waf zone * until tomorrow", "'until'")]
    [InlineData("module waf zone * until 2026-13-23T08:10:00Z", "'until'")]
    [InlineData("module waf zone * until 2026-11-25T08:10:00Z", "it ends in more than 24 hours")]
    [InlineData("module waf zone * until 2026-11-23T08:10:00Z or so", "'because'")]
    [InlineData("request 12 until 2026-11-23T08:10:00Z", "16 hex digits")]
    [InlineData("request 00d1a2b3c4d5e6fx until 2026-11-23T08:10:00Z", "16 hex digits")]
    [InlineData("off", "neither 'module' nor 'request'")]
    [InlineData("\0\u001b[2J", "neither 'module' nor 'request'")]
    public void A_line_that_makes_no_sense_makes_the_whole_text_none(string line, string problem)
    {
        Assert.Null(SwitchSet.Parse("module waf zone * until 2026-11-23T08:10:00Z\n" + line, Now, out string? found));
        Assert.Contains(problem, found, StringComparison.Ordinal);
        Assert.StartsWith("line 2: ", found, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_a_bound_to_their_number()
    {
        string line = "module waf zone * until 2026-11-23T08:10:00Z\n";
        Assert.NotNull(SwitchSet.Parse(string.Concat(Enumerable.Repeat(line, SwitchSet.MaxSwitches)), Now, out _));
        Assert.Null(SwitchSet.Parse(string.Concat(Enumerable.Repeat(line, SwitchSet.MaxSwitches + 1)), Now, out _));
    }

    [Fact]
    public void A_missing_file_says_nothing_and_a_bad_one_is_none()
    {
        Assert.Equal(new SwitchReading(SwitchSet.None), SwitchFile.Read(_files["bypass"], Now));
        Assert.Equal(new SwitchReading(SwitchSet.None, "it is a directory"), SwitchFile.Read(_files.Path, Now));

        _files.Write("large", new string('#', SwitchSet.MaxBytes + 1));
        Assert.Equal(new SwitchReading(SwitchSet.None, "it is too large"), SwitchFile.Read(_files["large"], Now));

        _files.Write("wrong", "off");
        SwitchReading wrong = SwitchFile.Read(_files["wrong"], Now);
        Assert.True(wrong.Switches.IsEmpty);
        Assert.False(wrong.IsUnreadable);
        Assert.StartsWith("line 1: ", wrong.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_put_in_place_whole_and_taken_away_when_it_would_say_nothing()
    {
        string path = SwitchFile.BypassIn(_files.Path);
        SwitchFile.Write(path, new SwitchSet { Modules = [new ModuleSwitch(ModuleId.Waf, null, Now.AddHours(1), "")] });
        Assert.Equal([Path.GetFileName(path)], Directory.GetFiles(_files.Path).Select(Path.GetFileName));
        Assert.Equal(ModuleId.Waf, Assert.Single(SwitchFile.Read(path, Now).Switches.Modules).Module);

        SwitchFile.Write(path, SwitchSet.None);
        Assert.Empty(Directory.GetFiles(_files.Path));
    }

    private static SwitchSet Parse(string text)
    {
        SwitchSet? switches = SwitchSet.Parse(text, Now, out string? problem);
        Assert.Null(problem);
        return switches!;
    }
}
