using System.Buffers;
using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>Which redirect of a list a URL meets, and where it leads.</summary>
public sealed class RedirectTableTests
{
    private static readonly RedirectTable Table = RedirectTable.Create(
    [
        Item("example.com/old", "https://example.com/new"),
        Item("https://example.com/secure", "https://example.com/s1"),
        Item("example.com/secure", "https://example.com/s2"),
        Item("EXAMPLE.com/Case", "https://example.com/case"),
        Item("root.example", "https://example.com/root"),
        Item("tree.example/a", "https://example.com/b") with { SubpathMatching = true },
        Item("tree.example/a/b", "https://example.com/deep/") with { SubpathMatching = true, PreserveQuery = true },
        Item("all.example/", "https://example.com/all/") with { SubpathMatching = true, IncludeSubdomains = true, PreserveQuery = true },
        Item("own.all.example/x", "https://example.com/own?k=1#f") with { PreserveQuery = true },
        Item("drop.example", "https://example.com/one") with { SubpathMatching = true, PreservePathSuffix = false },
    ], out _);

    [Theory]
    [InlineData("http://example.com/old", "https://example.com/new")]
    [InlineData("https://EXAMPLE.COM:443/old?x=1", "https://example.com/new")]
    [InlineData("https://example.com/old/", null)]
    [InlineData("https://example.com/old/more", null)]
    [InlineData("https://sub.example.com/old", null)]
    [InlineData("https://example.com/secure", "https://example.com/s1")]
    [InlineData("http://example.com/secure", "https://example.com/s2")]
    [InlineData("https://example.com/Case", "https://example.com/case")]
    [InlineData("https://example.com/case", null)]
    [InlineData("http://root.example/", "https://example.com/root")]
    [InlineData("http://root.example", "https://example.com/root")]
    [InlineData("http://root.example/x", null)]
    [InlineData("http://tree.example/a", "https://example.com/b")]
    [InlineData("http://tree.example/a/", "https://example.com/b/")]
    [InlineData("http://tree.example/a/x/y?q", "https://example.com/b/x/y")]
    [InlineData("http://tree.example/ax", null)]
    [InlineData("http://tree.example/a/b/c?q=1", "https://example.com/deep/c?q=1")]
    [InlineData("http://all.example/x/y", "https://example.com/all/x/y")]
    [InlineData("http://all.example/", "https://example.com/all/")]
    [InlineData("http://a.b.all.example/x?y", "https://example.com/all/x?y")]
    [InlineData("http://notall.example/x", null)]
    [InlineData("http://own.all.example/x?y", "https://example.com/own?k=1&y#f")]
    [InlineData("http://own.all.example/z", "https://example.com/all/z")]
    [InlineData("http://drop.example/a/b?c", "https://example.com/one")]
    [InlineData("", null)]
    [InlineData("://", null)]
    [InlineData("http://", null)]
    public void A_URL_meets_the_most_specific_redirect(string url, string? location)
    {
        bool found = Table.TryFind(Encoding.UTF8.GetBytes(url), out RedirectItem? item);
        Assert.Equal(location is not null, found);
        if (item is null) return;
        string rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal), question = rest.IndexOf('?', StringComparison.Ordinal);
        string path = slash < 0 ? "/" : question < 0 ? rest[slash..] : rest[slash..question];
        ArrayBufferWriter<byte> written = new();
        item.WriteLocation(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(question < 0 ? "" : rest[(question + 1)..]), written);
        Assert.Equal(location, Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Theory]
    [InlineData("example.com/a?x", "https://e.com", "'example.com/a?x' is a source with a query; remove it: the query is not looked at")]
    [InlineData("example.com:80/a", "https://e.com", "'example.com:80/a' is no URL that could be asked for; write [https://]host/path, without a port")]
    [InlineData("/a", "https://e.com", "'/a' is no URL that could be asked for; write [https://]host/path, without a port")]
    [InlineData("example.com/a", "/b", "'/b' is no address to redirect to; write an http or https URL")]
    [InlineData("example.com/a", "https://e.com/\r\nX: y", "'https://e.com/??X: y' is no address to redirect to; write an http or https URL")]
    [InlineData("example.com/a", "javascript:alert(1)", "'javascript:alert(1)' is no address to redirect to; write an http or https URL")]
    public void What_is_no_redirect_is_left_out_and_told(string source, string target, string expected)
    {
        RedirectTable table = RedirectTable.Create([Item(source, target), Item("ok.example", "https://e.com/")], out IReadOnlyList<RuleDiagnostic> found);
        Assert.Equal([expected], found.Select(d => d.Message));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void One_URL_has_one_redirect()
    {
        RedirectTable.Create([Item("a.example", "https://e.com/1"), Item("a.example/", "https://e.com/2")], out IReadOnlyList<RuleDiagnostic> found);
        Assert.Equal("'a.example/' is redirected already; remove one of the two", found[0].Message);
    }

    [Fact]
    public void A_long_URL_costs_no_more_than_the_table_is_deep()
    {
        byte[] url = Encoding.ASCII.GetBytes("http://" + string.Concat(Enumerable.Repeat("a.", 100)) + "all.example/" + string.Concat(Enumerable.Repeat("x/", 100_000)));
        Assert.True(Table.TryFind(url, out RedirectItem? item));
        Assert.Equal("all.example/", item.Source.Text);
        Assert.False(Table.TryFind(Encoding.ASCII.GetBytes("http://" + new string('a', 300) + ".all.example/"), out _));
    }

    private static RedirectItem Item(string source, string target) => new() { Source = RuleText.Of(source), Target = RuleText.Of(target) };
}
