using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Breakwater.Edge.Events;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Rules;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>
/// An edge on a real listener whose zone has a firewall with a few rules of the test's own, before an origin that keeps what it gets. Owned by
/// one test.
/// </summary>
internal sealed class WafLab : IAsyncDisposable
{
    public const string Rules = """
        SecDefaultAction "phase:2,log,auditlog,pass"
        SecAction "id:10,phase:1,pass,nolog,setvar:tx.inbound_anomaly_score_threshold=5,setvar:tx.outbound_anomaly_score_threshold=4,\
            setvar:tx.blocking_paranoia_level=1,setvar:tx.detection_paranoia_level=1"
        SecRule REQUEST_HEADERS:User-Agent "@contains evilbot" "id:101,phase:1,deny,status:403,severity:CRITICAL,msg:'A bad robot',tag:'robots'"
        SecRule ARGS|REQUEST_COOKIES|FILES "@contains attack" \
            "id:201,phase:2,pass,severity:CRITICAL,msg:'An attack',tag:'attack-test',setvar:tx.blocking_inbound_anomaly_score=+5,setvar:tx.sql_injection_score=+5"
        SecRule ARGS "@contains odd" "id:202,phase:2,pass,severity:NOTICE,msg:'Something odd',tag:'oddities',setvar:tx.blocking_inbound_anomaly_score=+2"
        SecRule ARGS:teapot "@eq 1" "id:301,phase:2,deny,status:418,msg:'A teapot'"
        SecRule ARGS:go "@streq away" "id:302,phase:2,redirect:'https://elsewhere.example/?from=%{REQUEST_FILENAME}',msg:'Away'"
        SecRule ARGS:go "@streq drop" "id:303,phase:2,drop,msg:'Dropped'"
        SecRule TX:detection_paranoia_level "@lt 2" "id:400,phase:2,pass,nolog,skipAfter:END_PL1"
        SecRule ARGS "@contains suspicious" "id:401,phase:2,deny,msg:'Level two',tag:'paranoia-level/2'"
        SecMarker END_PL1
        SecRule TX:blocking_inbound_anomaly_score "@ge %{tx.inbound_anomaly_score_threshold}" \
            "id:900,phase:2,deny,status:403,msg:'Too many points: %{tx.blocking_inbound_anomaly_score}'"
        SecRule RESPONSE_HEADERS:X-Leak "@contains secret" "id:501,phase:3,deny,status:403,msg:'A leak in the head'"
        SecRule RESPONSE_BODY "@contains stacktrace" "id:502,phase:4,deny,status:403,msg:'A leak in the body'"
        """;

    private WafLab(RulesLab rules) => Lab = rules;

    public RulesLab Lab { get; }

    public int Asked => Lab.Asked;

    /// <summary>The events so far.</summary>
    public IReadOnlyList<SecurityEvent> Events => Lab.Edge.Plane.Events.Store.After(0, 100).Events;

    /// <summary>Waits for the one event: it is recorded when the exchange is over, which may be after its answer.</summary>
    public async Task<SecurityEvent> EventAsync()
    {
        while (Events.Count == 0)
        {
            await Task.Delay(1, Lab.Limit);
        }

        return Assert.Single(Events);
    }

    /// <summary>Starts an edge with the rules above in block mode.</summary>
    /// <param name="waf">Further keys of <c>waf</c>, as they stand in a flow mapping.</param>
    /// <param name="zone">Further keys of the zone.</param>
    /// <param name="top">Keys of the document.</param>
    public static async Task<WafLab> StartAsync(string waf = "mode: block", string zone = "", string top = "crs_path: .") =>
        new(await RulesLab.StartAsync(Zone(waf, zone), top, ("waf/test.conf", Rules)));

    /// <summary>As above, before an origin that the test plays by hand.</summary>
    public static async Task<WafLab> StartPlayedAsync(string waf = "mode: block") =>
        new(await RulesLab.StartAsync(Zone(waf), played: true, ("waf/test.conf", Rules)));

    /// <summary>What was refused, or would have been.</summary>
    public WafReportPage Report => Lab.Edge.Stores.Waf.Report.Read(100);

    /// <summary>A metric of the zone by one of its labels, what was never counted left out.</summary>
    public IEnumerable<(string, long)> Metric(string name, string label)
    {
        var text = new ArrayBufferWriter<byte>();
        Lab.Edge.WriteMetrics(text);
        foreach (string line in Encoding.UTF8.GetString(text.WrittenSpan).Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal)))
        {
            string after = line[(line.IndexOf($"{label}=\"", StringComparison.Ordinal) + label.Length + 2)..];
            yield return (after[..after.IndexOf('"', StringComparison.Ordinal)], long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
    }

    public static string Zone(string waf, string zone = "") => $"waf: {{rules: ./waf, {waf}}}\n{zone}";

    /// <summary>Sends a request with a body on a connection of its own, and reads the response.</summary>
    public async Task<Http1Message> PostAsync(string target, string type, byte[] body, params string[] fields)
    {
        using RawClient client = new();
        await client.ConnectAsync(Lab.EndPoint, Lab.Limit);
        string head = $"POST {target} HTTP/1.1\r\nHost: {RulesLab.Host}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n"
            + $"{string.Concat(fields.Select(field => field + "\r\n"))}Connection: close\r\n\r\n";
        await client.SendAsync(head + Encoding.Latin1.GetString(body), Lab.Limit);
        Assert.True(await client.ReadToEndAsync(Lab.Limit), "The edge did not end the connection.");
        Http1Message.Reading reading = Http1Message.ReadResponse(client.Received, bodyless: false, closed: true);
        Assert.True(reading.Message is not null, $"{reading.Invalid} There is no whole response; received: {client.Received}");
        return reading.Message;
    }

    public Task<Http1Message> PostAsync(string target, string type, string body, params string[] fields) =>
        PostAsync(target, type, Encoding.Latin1.GetBytes(body), fields);

    public async Task<int> FormAsync(string body) => (await PostAsync("/form", "application/x-www-form-urlencoded", body)).Status;

    public static byte[] Coded(string coding, string text)
    {
        using MemoryStream coded = new();
        using (Stream coder = coding switch
        {
            "gzip" => new GZipStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            "raw deflate" => new DeflateStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            _ => new ZstdSharp.CompressionStream(coded, leaveOpen: true),
        })
        {
            coder.Write(Encoding.Latin1.GetBytes(text));
        }

        return coded.ToArray();
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
