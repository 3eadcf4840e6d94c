using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Interop.Tests.Tools;

namespace Breakwater.Interop.Tests.Desync;

/// <summary>
/// The tables of the desync suite through Breakwater and through nginx, to the same kind of recording origin. What differs stands in
/// docs/desync.md, which this test holds to the truth; <c>BREAKWATER_UPDATE_DOCS=1</c> writes it anew.
/// </summary>
public sealed class DesyncComparisonTests
{
    private static readonly string Document = Path.GetFullPath(Path.Combine(SourceDirectory(), "../../../docs/desync.md"));

    [Fact]
    public async Task Document_says_where_breakwater_is_stricter_than_nginx()
    {
        var version = await NginxVersionAsync();
        var written = File.Exists(Document) ? await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken) : "";

        // Each table has edges and origins of its own, so that both can be worked through at the same time.
        var requests = CompareAsync(DesyncTables.Requests.Values, RequestRowAsync, written);
        var responses = CompareAsync(DesyncTables.Responses.Values, ResponseRowAsync, written);
        var document = Compose(version, await requests, await responses);

        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(Document, document, TestContext.Current.CancellationToken);
        else if (written.Contains(version, StringComparison.Ordinal))
            Assert.Equal(document, written);
        else
            Assert.Contains("stricter", written, StringComparison.Ordinal); // another nginx: what it does is for its own table
    }

    private static async Task<List<Row>> CompareAsync<TCase>(
        IEnumerable<TCase> cases, Func<DesyncRunner, TCase, Task<Row>> rowAsync, string written)
    {
        await using var originOfBreakwater = new RecordingOrigin();
        await using var breakwater = await BreakwaterEdge.StartAsync(originOfBreakwater.Endpoint);
        await using var originOfNginx = new RecordingOrigin();
        await using var nginx = await NginxEdge.StartAsync(originOfNginx.Endpoint);
        var ours = new DesyncRunner(breakwater, originOfBreakwater);
        var theirs = new DesyncRunner(nginx, originOfNginx) { Patience = TimeSpan.FromSeconds(1) };
        var theirsAgain = new DesyncRunner(nginx, originOfNginx);

        var rows = new List<Row>();
        foreach (var one in cases)
        {
            var our = await rowAsync(ours, one);
            Assert.True(our.Mismatch is null, $"{our.Name}: {our.Mismatch}");
            var their = await rowAsync(theirs, one);

            // A busy machine can make a second too short; what is no news need not be looked at twice.
            if (!written.Contains(Line(our, their), StringComparison.Ordinal) && their.Mismatch is not null)
                their = await rowAsync(theirsAgain, one);
            rows.Add(our with { Mismatch = their.Mismatch, Nginx = their.What });
        }

        return rows;
    }

    private static async Task<Row> RequestRowAsync(DesyncRunner runner, RequestCase one)
    {
        var outcome = await runner.RunAsync(one);
        var refused = outcome.Statuses.FirstOrDefault(status => status >= 400);
        var what = outcome.OriginTrouble is not null ? "passes on what is no HTTP/1.1"
            : outcome.Forwarded.Count > 0 ? outcome.Forwarded.Count == 1 ? "passes it on" : $"passes on {outcome.Forwarded.Count} requests"
            : refused > 0 ? $"refuses: {refused}"
            : "gives no complete answer";
        if (outcome.Forwarded.Count > 0 && refused > 0)
            what += $", then refuses: {refused}";
        return new Row(one.Name, one.Source, one.Verdict.ToString()!, what, one.Verdict.Mismatch(outcome), one.Verdict.AnswersToExpect is null or 0);
    }

    private static async Task<Row> ResponseRowAsync(DesyncRunner runner, ResponseCase one)
    {
        var outcome = await runner.RunAsync(one);
        var what = outcome.Response is { } response ? response.Status == 502 ? "502" : "passes it on"
            : outcome.Leaked ? "passes on a part of it"
            : one.Verdict == ResponseVerdict.Aborted ? "breaks off" : "gives no complete answer";
        if (!outcome.NextIsRight)
            what += ", and gives the next request a wrong answer";
        return new Row(one.Name, one.Source, one.Verdict.ToString()!, what, one.Mismatch(outcome),
            one.Verdict == ResponseVerdict.BadGateway || one.Verdict == ResponseVerdict.Aborted);
    }

    private static string Compose(string version, List<Row> requests, List<Row> responses)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Where Breakwater is stricter than nginx

            Request smuggling lives on two parsers that read the same bytes as different messages. Breakwater refuses what RFC 9112 calls
            malformed or ambiguous, in both directions, instead of guessing. The desync suite holds {requests.Count} raw requests and {responses.Count} raw
            origin responses, each with the verdict that the RFCs demand (`tests/Breakwater.Edge.Tests/Desync`); Breakwater meets
            every one of them.

            The same bytes were sent through {version} as Debian ships it, in its default configuration with HTTP/1.1 to the origin, to the
            same recording origin. The tables show where it does something else. Most of this is leniency by design, and harmless before an
            origin that is lenient in the same way; whether it is, nobody can tell from the outside. Where nginx *gives no complete answer*, it
            took what the origin sent for a body without a head (HTTP/0.9), or for a final response that has not ended yet, and still waited
            when the test gave up.

            This file is generated: `BREAKWATER_UPDATE_DOCS=1 ./test.sh DesyncComparison` writes it anew, and the same test fails when it is
            no longer true.

            """);
        Section(text, "Requests that must be refused", requests.Where(row => row.DemandsRefusal && !row.Nginx.StartsWith("refuses", StringComparison.Ordinal)));
        Section(text, "Requests that must be passed on", requests.Where(row => !row.DemandsRefusal));
        Section(text, "Responses that must not be passed on", responses.Where(row => row.DemandsRefusal));
        Section(text, "Responses that must be passed on", responses.Where(row => !row.DemandsRefusal));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<Row> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| bytes | source | demanded | Breakwater | nginx |\n| --- | --- | --- | --- | --- |\n");
        foreach (var row in rows.Where(row => row.Mismatch is not null))
            text.Append(Line(row, row with { What = row.Nginx }));
    }

    /// <summary>A mismatch without a visible difference is told by its reason.</summary>
    private static string Line(Row ours, Row theirs) =>
        $"| {ours.Name} | {ours.Source} | {ours.Demanded} | {ours.What} | {(ours.What == theirs.What ? $"{theirs.What}, but: {Escape(theirs.Mismatch)}" : theirs.What)} |\n";

    private static string Escape(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);

    private static async Task<string> NginxVersionAsync()
    {
        var (_, output) = await ToolProcess.RunAsync(Tool.Nginx.PathOrSkip(), ["-v"], TimeSpan.FromSeconds(30));
        return output[(output.IndexOf("nginx/", StringComparison.Ordinal))..].Trim().Replace('/', ' ');
    }

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>What one edge did with one case.</summary>
    private sealed record Row(string Name, string Source, string Demanded, string What, string? Mismatch, bool DemandsRefusal)
    {
        public string Nginx { get; init; } = "";
    }
}
