using System.Buffers;
using System.Text;
using Breakwater.Edge.Files;
using Breakwater.Edge.Lists;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Tests.Lists;

public sealed class NamedListsTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void RulesFindListsByName()
    {
        NamedLists lists = Create(
            new ListDefinition("hosts", ListKind.Hostname) { Items = ["a.example", "*.b.example"] },
            new ListDefinition("net.works", ListKind.Asn) { Items = ["AS64500"] });
        Assert.Equal(["hosts", "net.works"], lists.Names);
        Assert.True(lists.TryFind("hosts", out NamedList? hosts));
        Assert.Equal((TypeKind.Bytes, true, true, false), (hosts.ItemKind, Contains(hosts, "a.example"), Contains(hosts, "x.b.example"), Contains(hosts, "b.example")));
        Assert.True(lists.TryFind("net.works", out NamedList? numbers));
        Assert.Equal((TypeKind.Int, true, false), (numbers.ItemKind, numbers.Contains(64500), numbers.Contains(1)));
        Assert.False(lists.TryFind("none", out _));
    }

    [Fact]
    public void AListHasItsOwnItemsAndThoseOfItsFile()
    {
        string path = _files.Write("hosts.txt", "# ours\nc.example\n");
        NamedList list = Find(Create(new ListDefinition("hosts", ListKind.Hostname) { Items = ["a.example"], File = path }), "hosts");
        Assert.True(Contains(list, "a.example"));
        Assert.True(Contains(list, "c.example"));
    }

    [Fact]
    public void ProblemsSayWhereTheyAre()
    {
        string path = _files.Write("hosts.txt", "ok.example\nno host\n");
        List<FileProblem> problems = [];
        Assert.Null(NamedLists.Create(
            [
                new ListDefinition("hosts", ListKind.Hostname) { Items = ["fine.example", "not fine", "fine.example"], File = path },
                new ListDefinition("gone", ListKind.Ip) { File = _files["none.txt"] },
                new ListDefinition("gone", ListKind.Ip) { Items = ["::1"] },
            ],
            new ConfigurationFiles(), null, problems));
        Assert.Equal(4, problems.Count);
        Assert.StartsWith("list hosts, item:2: 'not fine' is no host name", problems[0].ToString());
        Assert.StartsWith($"{path}:2: 'no host' is no host name", problems[1].ToString());
        Assert.StartsWith($"{_files["none.txt"]}: the list cannot be read", problems[2].ToString());
        Assert.StartsWith("list gone: there is another list of that name", problems[3].ToString());
    }

    [Fact]
    public void AListThatIsDefinedAlikeAndHasTheSameFileIsKept()
    {
        string path = _files.Write("hosts.txt", "a.example\n");
        ListDefinition kept = new("kept", ListKind.Hostname) { File = path, Items = ["x.example"] };
        NamedLists first = Create(kept, new ListDefinition("other", ListKind.Ip) { Items = ["::1"] });
        NamedLists second = Create(first, kept with { Items = ["x.example"] }, new ListDefinition("other", ListKind.Ip) { Items = ["::2"] });
        Assert.Same(first.Find("kept"), second.Find("kept"));
        Assert.NotSame(first.Find("other"), second.Find("other"));

        _files.Write("hosts.txt", "b.example\n");
        NamedLists third = Create(second, kept);
        Assert.NotSame(second.Find("kept"), third.Find("kept"));
        Assert.Equal((true, false), (Contains(Find(second, "kept"), "a.example"), Contains(Find(third, "kept"), "a.example")));
    }

    [Fact]
    public void RedirectsAreReadFromLinesAsTheyAreExported()
    {
        string path = _files.Write("moved.csv", """
            # moved
            example.com/contacts,https://example.net/contact-us,301,,,,
            "example.com/a,b",https://example.net/about-us,,FALSE,TRUE,,
            https://example.com/docs,https://example.com/draft-docs,302,TRUE,,true,true
            """);
        NamedLists lists = Create(new ListDefinition("moved", ListKind.Redirect)
        {
            File = path,
            Redirects = [new RedirectItem { Source = RuleText.Of("own.example"), Target = RuleText.Of("https://example.net/own") }],
        });
        RedirectList list = lists.Redirects["moved"];
        Assert.Same(list, Find(lists, "moved"));
        Assert.Equal("301 https://example.net/contact-us", Location(list, "http://example.com/contacts?x=1"));
        Assert.Equal("301 https://example.net/about-us", Location(list, "http://www.example.com/a,b"));
        Assert.Equal("302 https://example.com/draft-docs/one?x=1", Location(list, "https://example.com/docs/one?x=1"));
        Assert.Equal("none", Location(list, "http://example.com/docs/one"));
        Assert.Equal("301 https://example.net/own", Location(list, "http://own.example/"));

        _files.Write("moved.csv", "example.com/contacts,nowhere\n");
        List<FileProblem> problems = [];
        Assert.Null(NamedLists.Create([lists.Find("moved")!.Definition], new ConfigurationFiles(), lists, problems));
        Assert.StartsWith($"{path}:1: 'nowhere' is no address", Assert.Single(problems).ToString());

        static string Location(RedirectList list, string url)
        {
            if (!list.TryFind(Encoding.ASCII.GetBytes(url), out RedirectItem? item))
            {
                return "none";
            }

            Uri parsed = new(url);
            ArrayBufferWriter<byte> location = new();
            item.WriteLocation(Encoding.ASCII.GetBytes(parsed.AbsolutePath), Encoding.ASCII.GetBytes(parsed.Query.TrimStart('?')), location);
            return $"{item.StatusCode} {Encoding.ASCII.GetString(location.WrittenSpan)}";
        }
    }

    [Theory]
    [InlineData("a.example", "1 values")]
    [InlineData("a.example,https://b.example,301,,,,,", "8 values")]
    [InlineData("a.example,https://b.example,x", "'x' is no status")]
    [InlineData("a.example,https://b.example,200", "a redirect cannot have the status 200")]
    [InlineData("a.example,https://b.example,,yes", "'yes' is neither true nor false")]
    [InlineData("a.example,\"https://b.example", "a quote that is not closed")]
    [InlineData("\"a.example\"x,https://b.example", "a quote that is not closed, or text behind one")]
    [InlineData("a.example/?x,https://b.example", "'a.example/?x' is a source with a query")]
    public void ARedirectThatIsNoneIsNamedWithItsLine(string line, string expected)
    {
        string path = _files.Write("moved.csv", $"ok.example,https://ok.example/x\n{line}\n");
        List<FileProblem> problems = [];
        Assert.Null(NamedLists.Create([new ListDefinition("moved", ListKind.Redirect) { File = path }], new ConfigurationFiles(), null, problems));
        Assert.StartsWith($"{path}:2: {expected}", Assert.Single(problems).ToString());
    }

    private static NamedLists Create(params ListDefinition[] definitions) => Create(null, definitions);

    private static NamedLists Create(NamedLists? before, params ListDefinition[] definitions)
    {
        List<FileProblem> problems = [];
        NamedLists? lists = NamedLists.Create(definitions, new ConfigurationFiles(), before, problems);
        Assert.Empty(problems);
        return lists!;
    }

    private static NamedList Find(NamedLists lists, string name)
    {
        Assert.True(lists.TryFind(name, out NamedList? list));
        return list;
    }

    private static bool Contains(NamedList list, string text) => list.Contains(Encoding.ASCII.GetBytes(text));
}
