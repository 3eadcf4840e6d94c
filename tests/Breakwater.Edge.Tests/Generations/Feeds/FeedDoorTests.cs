using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Tests.Geography;
using ListKind = Breakwater.Edge.Lists.ListKind;

namespace Breakwater.Edge.Tests.Generations.Feeds;

/// <summary>What is refused at the door, and why. A feed of one's own making is an input like any other.</summary>
public sealed class FeedDoorTests
{
    private static readonly FeedsConfig Bounds = new() { MaxSize = 4096, MaxItems = 100, MaxDuplicates = 0.5 };

    // What was in force, what comes, the fault (null = none), the line, whether a confirmation lets it through.
    public static TheoryData<string?, string, string?, int, bool> Lists => new()
    {
        { null, "192.0.2.1\n", null, 0, false },
        { "192.0.2.1\n", "192.0.2.1\n192.0.2.2\n", null, 0, false },
        { "192.0.2.1\n", "# nothing but a comment, and an entry\n\n192.0.2.7 # with one\n", null, 0, false },

        { "192.0.2.1\n", "", "Empty", 0, true },
        { "192.0.2.1\n", "\n# all gone\n\n", "Empty", 0, true },
        { null, "", null, 0, false },
        { "# nothing yet\n", "", null, 0, false },

        { "192.0.2.1\n192.0.2.2\n", "192.0.2.1\n192.0.2.", "Truncated", 2, false },
        { "192.0.2.1\n192.0.2.20\n", "192.0.2.1\n192.0.2.2", "Truncated", 0, true },
        { "192.0.2.1\n192.0.2.20", "192.0.2.1\n192.0.2.2", null, 0, false },
        { "192.0.2.1\n", "192.0.2.1\n192.0.2.2", null, 0, false },

        { "192.0.2.1\n", "<!doctype html>\n<p>502 Bad Gateway\n", "WrongSchema", 1, false },
        { "192.0.2.1\n", "192.0.2.1\nno address\n", "WrongSchema", 2, false },
        { "192.0.2.1\n", "192.0.2.1\n\u0000\u0000\u0000\n", "WrongSchema", 2, false },
        { "192.0.2.1\n", "{\"items\": [\"192.0.2.1\"]}\n", "WrongSchema", 1, false },

        { "192.0.2.1\n", Repeat("192.0.2.1\n", 19), null, 0, false },
        { "192.0.2.1\n", Repeat("192.0.2.1\n", 20), "Duplicates", 0, true },
        { "192.0.2.1\n", Numbers(20) + Numbers(20), null, 0, false },
        { "192.0.2.1\n", Numbers(20) + Numbers(20) + Numbers(1), "Duplicates", 0, true },

        { "192.0.2.1\n", Numbers(100), null, 0, false },
        { "192.0.2.1\n", Numbers(101), "TooManyEntries", 0, false },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void AListIsRefusedForWhatIsWrongWithIt(string? good, string content, string? fault, int line, bool canBeMeant)
    {
        Feed feed = new("/feeds/bad.txt", ["bad"], [ListKind.Ip]);
        FileContent came = Content(feed, content);
        FileContent? before = good is null ? null : Content(feed, good);
        FeedRejection? rejection = FeedDoor.Judge(feed, came, before, Bounds, confirmed: false);
        Assert.Equal((fault, line), (rejection?.Fault.ToString(), rejection?.Line ?? 0));
        Assert.True(rejection is null || rejection is { What.Length: > 5, Remedy.Length: > 5 });
        Assert.Equal(fault is null || canBeMeant, FeedDoor.Judge(feed, came, before, Bounds, confirmed: true) is null);
    }

    [Theory]
    [InlineData((int)ListKind.Hostname, "example.com\n", "not a host name\n")]
    [InlineData((int)ListKind.Asn, "64500\n", "sixty-four\n")]
    [InlineData((int)ListKind.Ip, "2001:db8::/32\n", "2001:db8::/129\n")]
    public void EachKindOfListHasItsSchema(int kind, string good, string bad)
    {
        Feed feed = new("/feeds/bad.txt", ["bad"], [(ListKind)kind]);
        Assert.Null(FeedDoor.Judge(feed, Content(feed, good), null, Bounds, confirmed: false));
        Assert.Equal(FeedFault.WrongSchema, FeedDoor.Judge(feed, Content(feed, bad), null, Bounds, confirmed: false)!.Fault);
    }

    [Fact]
    public void AFileOfTwoListsMustSuitBoth()
    {
        Feed feed = new("/feeds/both.txt", ["a", "b"], [ListKind.Ip, ListKind.Hostname]);
        Assert.Equal(FeedFault.WrongSchema, FeedDoor.Judge(feed, Content(feed, "example.com\n"), null, Bounds, confirmed: false)!.Fault);
    }

    [Fact]
    public void AFileThatIsTooLargeOrGoneIsNotEvenRead()
    {
        using TemporaryDirectory files = new();
        Feed feed = new(files["bad.txt"], ["bad"], [ListKind.Ip]);
        Assert.Null(FeedDoor.Read(feed, Bounds, out FeedRejection? rejection));
        Assert.Equal(FeedFault.Missing, rejection!.Fault);

        files.Write("bad.txt", new string('1', 4097));
        Assert.Null(FeedDoor.Read(feed, Bounds, out rejection));
        Assert.Equal((FeedFault.TooLarge, "it is larger than 4 KiB"), (rejection!.Fault, rejection.What));

        files.Write("bad.txt", new string('1', 4096));
        Assert.Equal(4096, FeedDoor.Read(feed, Bounds, out rejection)!.Length);
        Assert.Null(rejection);

        Feed directory = new(files["."], ["bad"], [ListKind.Ip]);
        Assert.Null(FeedDoor.Read(directory, Bounds, out rejection));
        Assert.Equal(FeedFault.Unreadable, rejection!.Fault);
    }

    [Fact]
    public void ADatabaseThatIsCutOffOrNoneIsRefused()
    {
        Feed feed = new("/feeds/places.mmdb", ["places.mmdb"], []);
        byte[] good = new MaxMindDbWriter().Add("192.0.2.0/24", new() { ["country"] = new Dictionary<string, object> { ["iso_code"] = "AT" } }).Build();
        FileContent before = FileContent.Of(feed.Path, good);
        Assert.Null(FeedDoor.Judge(feed, before, before, Bounds, confirmed: false));
        Assert.Equal(FeedFault.Truncated, FeedDoor.Judge(feed, FileContent.Of(feed.Path, good[..(good.Length / 2)]), before, Bounds, confirmed: true)!.Fault);
        Assert.Equal(FeedFault.WrongSchema, FeedDoor.Judge(feed, Content(feed, "<html>404</html>"), before, Bounds, confirmed: true)!.Fault);
        Assert.Equal(FeedFault.WrongSchema, FeedDoor.Judge(feed, Content(feed, ""), null, Bounds, confirmed: true)!.Fault);
    }

    private static FileContent Content(Feed feed, string text) => FileContent.Of(feed.Path, Encoding.UTF8.GetBytes(text));

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Numbers(int count) => string.Concat(Enumerable.Range(1, count).Select(i => $"198.51.{i / 250}.{i % 250}\n"));
}
