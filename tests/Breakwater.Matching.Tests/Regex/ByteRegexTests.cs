using System.Text;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>What a caller sees: groups, names, starting offsets, errors.</summary>
public sealed class ByteRegexTests
{
    private static ByteRegex Compile(string pattern, ByteRegexOptions? options = null)
    {
        Assert.True(ByteRegex.TryCompile(Encoding.UTF8.GetBytes(pattern), options ?? ByteRegexOptions.Default, out var regex, out var error), error.Message);
        return regex;
    }

    [Fact]
    public void Groups_are_numbered_by_their_opening_parenthesis()
    {
        var regex = Compile(@"(?P<key>\w+)=(?:(\d+)|(\w+))");
        var groups = new ByteRange[4];

        Assert.True(regex.TryMatch("  size=12"u8, 0, groups));

        Assert.Equal([new(2, 9), new(2, 6), new(7, 9), ByteRange.None], groups);
        Assert.Equal(4, regex.GroupCount);
        Assert.Equal(1, regex.GroupNumber("key"));
        Assert.Equal(-1, regex.GroupNumber("value"));
    }

    [Fact]
    public void A_search_sees_the_text_before_its_start()
    {
        Assert.False(Compile("^b").TryFind("ab"u8, 1, out _));
        Assert.False(Compile(@"\bb").TryFind("ab"u8, 1, out _));
        Assert.True(Compile(@"\Bb").TryFind("ab"u8, 1, out var match));
        Assert.Equal(new ByteRange(1, 2), match);
    }

    [Fact]
    public void A_start_outside_of_the_text_finds_nothing()
    {
        Assert.False(Compile("a*").TryFind("a"u8, 2, out _));
        Assert.False(Compile("a*").TryFind("a"u8, -1, out _));
        Assert.True(Compile("a*").TryFind("a"u8, 1, out var match));
        Assert.Equal(new ByteRange(1, 1), match);
    }
}
