using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Files;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Tests.Generations.Taste;

/// <summary>The taster loads a candidate, judges requests with it, and says what it found.</summary>
public sealed class TasterTests
{
    private const string Document = """
        zones:
          - name: a
            hosts: [a.example]
            origins: [{url: "http://127.0.0.1:1"}]
            rules:
              - {when: 'http.request.uri.path eq "/blocked"', do: block}
              - {when: 'ip.src in $bad', do: block}
        lists: {bad: {file: /feeds/bad.txt}}
        """;

    [Fact]
    public void ItJudgesRecentRequestsAndMadeUpOnes()
    {
        TasteFindings findings = Taster.Taste(Order(Document));
        Assert.DoesNotContain(findings.Diagnostics, line => line.Severity == "error");
        Assert.Equal(64, findings.ContentHash!.Length);
        Assert.Equal(
            [(VerdictKind.Continue, 200), (VerdictKind.Answer, 403), (VerdictKind.Answer, 403), (VerdictKind.Refuse, 421)],
            findings.Ends.Select(RehearsedEnd.Unpack).Select(end => (end.Kind == VerdictKind.Refuse && end.Status == 403 ? VerdictKind.Answer : end.Kind, end.Status)));

        // Two hosts: that of the zone, and one that nobody serves.
        Assert.Equal(24, findings.SyntheticEnds.Count);
        Assert.All(findings.SyntheticEnds.Select(RehearsedEnd.Unpack), end => Assert.False(end.IsFault));
        Assert.Null(findings.Fault);
        Assert.True(findings.SlowestMicros > 0);
        Assert.InRange(findings.Slowest, 0, 27);
        Assert.True(findings.MemoryBytes > 0);
        Assert.Equal(12, Taster.Taste(Order(Document) with { IsUrgent = true }).SyntheticEnds.Count);
    }

    [Fact]
    public void AnOrderComesThroughThePipeAsItIs()
    {
        using MemoryStream pipe = new(), output = new();
        TasteOrder order = Order(Document) with { IsUrgent = true, IsComplete = true, DataDirectory = "/data" };
        TastePipe.Write(pipe, order);
        pipe.Position = 0;
        TasteOrder read = TastePipe.Read(pipe, out TimeSpan timeout);
        Assert.Equal(order.Bounds.Timeout, timeout);
        Assert.Equal((order.Document.Name, order.Document.Text, true, true, "/data"), (read.Document.Name, read.Document.Text, read.IsUrgent, read.IsComplete, read.DataDirectory));
        Assert.Equal(order.Given.Select(file => (file.Path, file.Hash)), read.Given.Select(file => (file.Path, file.Hash)));
        Assert.Equal(order.Recent.Select(one => (one.Peer, one.IsTls, one.Line)), read.Recent.Select(one => (one.Peer, one.IsTls, one.Line)));

        // And through the process's whole life.
        pipe.Position = 0;
        Assert.Equal(0, Taster.Run(pipe, output));
        TasteFindings findings = JsonSerializer.Deserialize(output.ToArray(), TasteJson.Default.TasteFindings)!;
        Assert.Equal(Taster.Taste(order).ContentHash, findings.ContentHash);
        Assert.Equal(4, findings.Ends.Count);
    }

    [Theory]
    [InlineData("nonsense: 1", "unknown key 'nonsense'")]
    [InlineData("zones: [{name: a, origins: [{url: \"http://127.0.0.1:1\"}], rules: [{when: 'ip.src in $none', do: block}]}]", "none")]
    public void WhatIsWrongWithACandidateIsSaidWithItsPlace(string document, string told)
    {
        TasteFindings findings = Taster.Taste(Order(document));
        Assert.Null(findings.ContentHash);
        Assert.Contains(findings.Diagnostics, line => line.Severity == "error" && line.Line > 0 && line.ToDiagnostic().ToString().Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no order at all")]
    [InlineData("\u0001\u0000\u0000\u0000{")]
    public void WhatIsNoOrderIsRefused(string input)
    {
        using MemoryStream pipe = new(System.Text.Encoding.Latin1.GetBytes(input)), output = new();
        Assert.Equal(2, Taster.Run(pipe, output));
        Assert.Equal(0, output.Length);
    }

    /// <summary>The generation in force and its taste must come to the same, or everything would be found new.</summary>
    [Fact]
    public void TheSameConfigurationJudgesTheSame()
    {
        TasteOrder order = Order(Document);
        using OfflineEdge edge = new(order.Document.Config!, new ConfigurationFiles(order.Given));
        TasteFindings findings = Taster.Judge(edge.Generation!, order, [], isAlone: false);
        var control = TasteControl.Of(edge.Generation!, EdgeClock.System, order.Recent, SyntheticRequests.For(order.Document.Config!, false), findings.Slowest);
        Assert.Equal(findings.Ends, control.Ends.Select(end => end.Packed));
        Assert.Equal(findings.SyntheticEnds, control.SyntheticEnds.Select(end => end.Packed));
        Assert.True(control.SlowestMicros > 0);
        Assert.Null(TasteJudge.Judge(findings, control, order, TimeSpan.Zero, default).Problem);
    }

    /// <summary>A fault of a module must be seen when it is tried, and blow no fuse of those who serve. All else of a zone is the same.</summary>
    [Fact]
    public async Task WhatIsTriedStandsBehindNoFuses()
    {
        await using RoadLab lab = await new RoadLab().StartAsync("hosts: [shop.example, '*.shop.example']\nrules: [{when: 'http.request.uri.path eq \"/a\"', do: block}]");
        Generation tried = lab.Live.Unguarded();
        Assert.Same(tried, tried.Unguarded());
        foreach (string host in (string[])["shop.example", "www.shop.example"])
        {
            Zone live = lab.Live.Zones.Find(System.Text.Encoding.ASCII.GetBytes(host))!, zone = tried.Zones.Find(System.Text.Encoding.ASCII.GetBytes(host))!;
            Assert.NotEmpty(live.RequestModules.OfType<FusedRequestModule>());
            Assert.Equal(live.RequestModules.OfType<FusedRequestModule>().Select(fused => fused.Inner), zone.RequestModules);
            Assert.Equal(live.ResponseModules.OfType<FusedResponseModule>().Select(fused => fused.Inner), zone.ResponseModules);
            foreach (System.Reflection.PropertyInfo property in typeof(Zone).GetProperties().Where(one => one.Name is not (nameof(Zone.RequestModules) or nameof(Zone.ResponseModules) or nameof(Zone.Fuses))))
            {
                Assert.Equal(property.GetValue(live), property.GetValue(zone));
            }
        }

        Assert.Null(tried.Zones.All[0].Fuses);
        foreach (System.Reflection.PropertyInfo property in typeof(Generation).GetProperties().Where(one => one.Name != nameof(Generation.Zones)))
        {
            Assert.Equal(property.GetValue(lab.Live), property.GetValue(tried));
        }
    }

    // What becomes of ten requests under the candidate and under the generation in force: . lets through, b refuses, f ends in a fault; what is said.
    [Theory]
    [InlineData("....................", "....................", null, false)]
    [InlineData("bbbb................", "....................", null, false)]
    [InlineData("bbbbb...............", "....................", "it refuses 5 of 20 recent requests (25%) that are let through now; generations.taste.max_newly_blocked allows 10%", true)]
    [InlineData("bbbbbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbbbbbb", null, false)]
    [InlineData("bbbbbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbb....", null, false)]
    [InlineData("bbbbbbbbbbbbbbbbbbb", "...................", null, false)]
    [InlineData("f...................", "....................", "1 requests ended in a fault of the edge; GET /0", false)]
    [InlineData("f...................", "f...................", null, false)]
    [InlineData(".f..................", "f...................", "1 requests ended in a fault of the edge", false)]
    public void ACandidateIsJudgedByWhatIsNew(string candidate, string live, string? told, bool held)
    {
        TasteOrder order = new(GenerationDocument.Of(null, null, ConfigOverrides.None, "/"), [.. candidate.Select((_, i) => Request($"/{i}"))]);
        TasteFindings findings = new() { Ends = [.. candidate.Select(End).Select(end => end.Packed)], Fault = "GET /0 HTTP/1.1: InvalidOperationException: oh" };
        TasteVerdict verdict = TasteJudge.Judge(findings, new TasteControl([.. live.Select(End)], [], 0), order, TimeSpan.FromSeconds(1), SourcePosition.Of("a.yaml"));
        Assert.Equal((told is null, held), (verdict.Problem is null, verdict.IsHeld));
        Assert.Contains(told ?? "", verdict.Problem?.ToString() ?? "", StringComparison.Ordinal);
        Assert.StartsWith($"judged {candidate.Length} recent and 0 made-up requests in 1.0 s; ", verdict.Summary);

        static RehearsedEnd End(char one) => one switch
        {
            'b' => new(VerdictKind.Refuse, ExchangeEnd.Blocked, 403),
            'f' => new(VerdictKind.Refuse, ExchangeEnd.EdgeFault, 500),
            _ => new(VerdictKind.Continue, ExchangeEnd.None, 200),
        };
    }

    [Theory]
    [InlineData(49_000, 10, null)]
    [InlineData(60_000, 10, "judging GET /slow HTTP/1.1 takes 60.0 ms; generations.taste.max_request_time allows 50 ms")]
    [InlineData(60_000, 40_000, null)]
    public void ARequestThatTakesLongIsTheCandidatesFaultOnlyIfItIsNew(double micros, double live, string? told)
    {
        TasteOrder order = new(GenerationDocument.Of(null, null, ConfigOverrides.None, "/"), [Request("/slow")]);
        TasteFindings findings = new() { Ends = [0], Slowest = 0, SlowestMicros = micros };
        ConfigDiagnostic? problem = TasteJudge.Judge(findings, new TasteControl([default], [], live), order, TimeSpan.Zero, SourcePosition.Of("a.yaml")).Problem;
        Assert.Equal(told is null, problem is null);
        Assert.Contains(told ?? "", problem?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryThatIsNotGivenBackIsTold()
    {
        TasteOrder order = new(GenerationDocument.Of(null, null, ConfigOverrides.None, "/"), []) { Bounds = new TasteConfig { MaxMemory = 512L << 20 } };
        TasteFindings findings = new() { MemoryBytes = 300L << 20, GrowthBytes = 129L << 20 };
        Assert.Contains("takes 129 MiB of memory that is not given back", TasteJudge.Judge(findings, TasteControl.None, order, TimeSpan.Zero, SourcePosition.Of("a")).Problem!.ToString(), StringComparison.Ordinal);
        Assert.Null(TasteJudge.Judge(findings with { GrowthBytes = 128L << 20 }, TasteControl.None, order, TimeSpan.Zero, SourcePosition.Of("a")).Problem);
    }

    private static TasteOrder Order(string document) => new(
        GenerationDocument.Of("breakwater.yaml", document, ConfigOverrides.None, "/"),
        [Request("/"), Request("/blocked"), Request("/", peer: "192.0.2.1"), Request("/", "b.example")])
    {
        Given = [FileContent.Of("/feeds/bad.txt", "192.0.2.1\n"u8.ToArray())],
    };

    private static RecentRequest Request(string target, string host = "a.example", string peer = "198.51.100.1") => new(
        ClientAddress.From(System.Net.IPAddress.Parse(peer)), true, System.Text.Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n"));
}
