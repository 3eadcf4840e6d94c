using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Commands;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Explain;
using Breakwater.Terminal;

namespace Breakwater.Tests.Documents;

/// <summary>
/// The explanations in docs/rules.md are what the program says of the configuration there; BREAKWATER_UPDATE_DOCS=1 writes them anew. What a step
/// takes is the machine's, and not compared.
/// </summary>
public sealed partial class ExplainedRequestsTests
{
    private const string Document = "docs/rules.md";
    private const string Begin = "<!-- explained requests: made by the program; run the tests with BREAKWATER_UPDATE_DOCS=1 after a change -->\n";
    private const string End = "<!-- end of explained requests -->\n";

    private static readonly (string Title, string Ip, int Times, string Request)[] Requests =
    [
        ("A block", "203.0.113.9", 1, "GET /admin/users HTTP/1.1\nHost: shop.example.com\nUser-Agent: Mozilla/5.0\n"),
        ("A rate limit, after six requests", "203.0.113.9", 7, "POST /login HTTP/1.1\nHost: shop.example.com\nContent-Length: 0\n"),
        ("A skip", "203.0.113.9", 1, "GET /healthz HTTP/1.1\nHost: shop.example.com\n"),
        ("A pass, logged and rewritten", "198.51.100.7", 1, "GET /shop?item=7 HTTP/1.1\nHost: shop.example.com\nUser-Agent: python-requests/2.32\n"),
    ];

    [Fact]
    public void The_explanations_are_what_the_program_says()
    {
        string text = Repository.Repository.Read(Document);
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int to = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= from, $"{Document} has lost the comments around the explanations");
        string wanted = $"{text[..from]}\n{Explanations(Configuration().Match(text).Groups[1].Value)}{text[to..]}";
        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Repository.Root, Document), wanted);
        }
        else
        {
            Assert.Equal(Time().Replace(wanted, "# µs"), Time().Replace(text, "# µs"));
        }
    }

    private static string Explanations(string yaml)
    {
        ConfigResult read = ConfigReader.Read(yaml, "breakwater.yaml");
        Assert.Empty(read.Diagnostics);
        StringBuilder all = new();
        foreach ((string title, string ip, int times, string request) in Requests)
        {
            using OfflineEdge edge = new(read.Config!);
            Assert.Empty(edge.Diagnostics);
            ExplainedClient client = new(ClientAddress.From(IPAddress.Parse(ip)), IsTls: false);
            Explanation explanation = edge.Explain(RequestText.ToWire(Encoding.ASCII.GetBytes(request)), client);
            for (int i = 1; i < times; i++)
            {
                explanation = edge.Explain(RequestText.ToWire(Encoding.ASCII.GetBytes(request)), client);
            }

            using StringWriter output = new() { NewLine = "\n" };
            ExplanationReport.Write(explanation, output, new Palette(isColoured: false));
            all.Append($"### {title}\n\n```\n{output}```\n\n");
        }

        return all.ToString();
    }

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Configuration();

    [GeneratedRegex(@"[\d.]+ µs")]
    private static partial Regex Time();
}
