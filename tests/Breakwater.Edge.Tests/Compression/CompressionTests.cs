using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Compression;

/// <summary>Bodies coded on their way to the client, decoded again by other means. Over real sockets.</summary>
public sealed class CompressionTests
{
    private const string Html = "Content-Type: text/html; charset=utf-8";

    private static readonly string Page = string.Concat(Enumerable.Range(0, 3000).Select(i => $"<p>Line {i} of a page, and {i * 7919 % 1000}.</p>\n"));

    public static TheoryData<string, string, string> Choices => new()
    {
        // What the rule prefers, what the client takes, what it gets.
        { "gzip", "gzip, deflate, br, zstd", "gzip" },
        { "brotli", "gzip, deflate, br, zstd", "br" },
        { "zstd", "gzip, deflate, br, zstd", "zstd" },
        { "zstd, brotli, gzip", "gzip, br", "br" },
        { "zstd, brotli, gzip", "gzip", "gzip" },
        { "zstd, brotli, gzip", "GZIP;q=0.5", "gzip" },
        { "gzip", "*", "gzip" },
        { "gzip, brotli", "gzip;q=0, *;q=0.1", "br" },
        { "auto", "gzip;q=0.4, br;q=0.9, zstd;q=0.8", "br" },
        { "auto", "gzip, br, zstd", "zstd" },
        { "gzip", "deflate", "" },
        { "gzip", "gzip;q=0", "" },
        { "gzip", "gzip;q=nonsense", "" },
        { "gzip", "", "" },
        { "none", "gzip", "" },
        { "none, gzip", "gzip", "" },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task TheClientGetsTheFirstCodingThatItTakes(string algorithms, string accept, string coding)
    {
        await using RulesLab lab = await StartAsync(algorithms);
        lab.Answer = _ => RulesLab.Response("200 OK", Page, Html, "ETag: \"v1\"", "Accept-Ranges: bytes", "Content-Digest: sha-256=:AAAA:", "Content-MD5: AAAA");
        Http1Message response = await lab.GetAsync("/", accept.Length == 0 ? "X-None: 1" : $"Accept-Encoding: {accept}");
        bool isCoded = coding.Length > 0;
        Assert.Equal(isCoded ? [coding] : [], response.Values("Content-Encoding"));
        Assert.True(Page == Decode(response.Body, coding));
        Assert.Equal(algorithms == "none" ? [] : ["Accept-Encoding"], response.Values("Vary"));
        Assert.Equal([isCoded ? "W/\"v1\"" : "\"v1\""], response.Values("ETag"));
        Assert.Equal(isCoded ? 0 : 1, response.Values("Accept-Ranges").Count());
        Assert.Equal(isCoded ? 0 : 2, response.Values("Content-Digest").Concat(response.Values("Content-MD5")).Count());
        Assert.Equal(isCoded ? ["chunked"] : [], response.Values("Transfer-Encoding"));
        Assert.Equal(isCoded ? [] : [$"{Page.Length}"], response.Values("Content-Length"));
        Assert.True(!isCoded || response.Body.Length < Page.Length / 4);
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal(response.Body.Length, line.RootElement.GetProperty("bytes_out").GetInt64());
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("brotli", "br")]
    [InlineData("zstd", "zstd")]
    public async Task BodiesInChunksAndUntilTheEndAreCodedToo(string algorithm, string coding)
    {
        await using RulesLab lab = await StartAsync(algorithm);
        foreach (string answer in (string[])
            [$"Transfer-Encoding: chunked\r\n\r\n{Page.Length:x}\r\n{Page}\r\n0\r\n\r\n", $"Transfer-Encoding: chunked\r\n\r\n5\r\n{Page[..5]}\r\n{Page.Length - 5:x}\r\n{Page[5..]}\r\n0\r\n\r\n"])
        {
            lab.Answer = _ => $"HTTP/1.1 200 OK\r\n{Html}\r\n{answer}";
            Http1Message response = await lab.GetAsync("/", $"Accept-Encoding: {coding}");
            Assert.Equal([coding], response.Values("Content-Encoding"));
            Assert.True(Page == Decode(response.Body, coding));
        }

        // HTTP/1.0 knows no chunks: the body ends with the connection.
        lab.Answer = _ => RulesLab.Response("200 OK", Page, Html);
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        await client.SendAsync($"GET / HTTP/1.0\r\nHost: {RulesLab.Host}\r\nAccept-Encoding: {coding}\r\n\r\n", lab.Limit);
        Assert.True(await client.ReadToEndAsync(lab.Limit));
        Assert.DoesNotContain("chunked", client.Received[..client.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal)]);
        Assert.True(Page == Decode(client.Received[(client.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], coding));
    }

    // The method, what the origin says besides, and its body.
    [Theory]
    [InlineData("HEAD", "200 OK", Html)]
    [InlineData("GET", "206 Partial Content", Html + "\r\nContent-Range: bytes 0-9/10")]
    [InlineData("GET", "200 OK", Html + "\r\nCache-Control: no-transform")]
    [InlineData("GET", "200 OK", Html + "\r\nCache-Control: max-age=5\r\nCache-Control: private, No-Transform")]
    [InlineData("GET", "200 OK", Html + "\r\nContent-Encoding: br")]
    [InlineData("GET", "200 OK", Html + "\r\nContent-Encoding: identity")]
    [InlineData("GET", "200 OK", "Content-Type: image/png")]
    [InlineData("GET", "200 OK", "Content-Type: text/event-stream")]
    [InlineData("GET", "200 OK", "X-None: 1")]
    public async Task WhatIsNotToBeCodedPassesByteForByte(string method, string status, string fields)
    {
        await using RulesLab lab = await StartAsync("gzip");
        lab.Answer = request => RulesLab.Response(status, Page, fields.Split("\r\n")) is var whole && request.StartLine.StartsWith("HEAD", StringComparison.Ordinal)
            ? whole[..^Page.Length]
            : whole;
        Http1Message response = await lab.SendAsync(method, "/", "Accept-Encoding: gzip");
        Assert.Equal(fields.Split("\r\n").Where(field => field.StartsWith("Content-Encoding", StringComparison.Ordinal)), response.Values("Content-Encoding").Select(value => $"Content-Encoding: {value}"));
        Assert.Equal([$"{Page.Length}"], response.Values("Content-Length"));
        Assert.True(response.Body == (method == "HEAD" ? "" : Page));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\nETag: \"v1\"\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nshort")]
    public async Task WhatHasNoBodyOrAShortOneIsNotCoded(string answer)
    {
        await using RulesLab lab = await StartAsync("gzip");
        lab.Answer = _ => answer;
        Http1Message response = await lab.GetAsync("/", "Accept-Encoding: gzip");
        Assert.Empty(response.Values("Content-Encoding"));
        Assert.Empty(response.Values("Transfer-Encoding"));
        Assert.Equal(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], response.Body);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("brotli", "br")]
    [InlineData("zstd", "zstd")]
    public async Task WhatStreamsGoesOutPieceByPiece(string algorithm, string coding)
    {
        await using RulesLab lab = await StartAsync(algorithm, played: true);
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\nAccept-Encoding: {coding}\r\n\r\n", lab.Limit);
        using PlayedConnection origin = await lab.AcceptAsync();
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync($"HTTP/1.1 200 OK\r\n{Html}\r\nTransfer-Encoding: chunked\r\n\r\n", lab.Limit);
        string expected = "";
        for (int i = 0; i < 5; i++)
        {
            string piece = $"piece number {i}\n";
            await origin.SendAsync($"{piece.Length:x}\r\n{piece}\r\n", lab.Limit);
            expected += piece;

            // The origin sends nothing more until the client has this piece.
            while (Decode(ChunksSoFar(client.Received), coding) != expected)
            {
                await client.ReceiveSomeAsync(lab.Limit);
            }
        }

        await origin.SendAsync("0\r\n\r\n", lab.Limit);
        Http1Message? response = await client.ReadResponseAsync(false, lab.Limit);
        Assert.Equal(expected, Decode(response!.Body, coding));
    }

    [Fact]
    public async Task AResponseThatBreaksOffDoesSoForTheClientToo()
    {
        await using RulesLab lab = await StartAsync("gzip", played: true);
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\nAccept-Encoding: gzip\r\n\r\n", lab.Limit);
        using (PlayedConnection origin = await lab.AcceptAsync())
        {
            await origin.ReadRequestAsync(lab.Limit);
            await origin.SendAsync($"HTTP/1.1 200 OK\r\n{Html}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", lab.Limit);
            while (!Decode(ChunksSoFar(client.Received), "gzip").Contains("first", StringComparison.Ordinal))
            {
                await client.ReceiveSomeAsync(lab.Limit);
            }

            origin.CloseSending();
            Assert.True(await client.ReadToEndAsync(lab.Limit));
        }

        Assert.DoesNotContain("\r\n0\r\n\r\n", client.Received);
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal("origin_truncated", line.RootElement.GetProperty("end").GetString());
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("brotli", "br")]
    [InlineData("zstd", "zstd")]
    public async Task OverHttp2TheSameIsCoded(string algorithm, string coding)
    {
        await using RulesLab lab = await StartAsync(algorithm);
        lab.Answer = _ => RulesLab.Response("200 OK", Page, Html, "ETag: \"v1\"");
        using HttpClient client = new() { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Add("Accept-Encoding", coding);
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{lab.EndPoint}/"), lab.Limit);
            Assert.Equal([coding], response.Content.Headers.ContentEncoding);
            Assert.Equal(("W/\"v1\"", "Accept-Encoding"), (response.Headers.ETag!.ToString(), Assert.Single(response.Headers.Vary)));
            Assert.True(Page == Decode(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(lab.Limit)), coding));
        }
    }

    [Fact]
    public async Task OnOneConnectionCodedAndPlainResponsesFollowOneAnother()
    {
        await using RulesLab lab = await StartAsync("gzip");
        lab.Answer = _ => RulesLab.Response("200 OK", Page, Html);
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        foreach (string coding in (string[])["gzip", "", "gzip", "gzip", ""])
        {
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\nAccept-Encoding: {coding}\r\n\r\n", lab.Limit);
            Http1Message? response = await client.ReadResponseAsync(false, lab.Limit);
            Assert.Equal(coding, response!.Values("Content-Encoding").SingleOrDefault() ?? "");
            Assert.True(Page == Decode(response.Body, coding));
        }
    }

    private static Task<RulesLab> StartAsync(string algorithms, bool played = false) =>
        RulesLab.StartAsync($"rules: [{{when: true, do: compress_response, algorithms: [{algorithms}]}}]", played: played);

    /// <summary>The data of the chunks that are complete so far.</summary>
    private static string ChunksSoFar(string received)
    {
        int at = received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var data = new StringBuilder();
        while (at >= 4 && at < received.Length && received.IndexOf("\r\n", at, StringComparison.Ordinal) is > 0 and var end)
        {
            int length = Convert.ToInt32(received[at..end], 16);
            if (length == 0 || end + 2 + length + 2 > received.Length)
            {
                break;
            }

            data.Append(received, end + 2, length);
            at = end + 2 + length + 2;
        }

        return data.ToString();
    }

    /// <summary>The text of a body (one character a byte) that may not be complete.</summary>
    private static string Decode(string body, string coding)
    {
        var bytes = new MemoryStream(Encoding.Latin1.GetBytes(body));
        using Stream decoder = coding switch
        {
            "gzip" => new GZipStream(bytes, CompressionMode.Decompress),
            "br" => new BrotliStream(bytes, CompressionMode.Decompress),
            "zstd" => new ZstdSharp.DecompressionStream(bytes, checkEndOfStream: false),
            _ => bytes,
        };
        var text = new StringBuilder();
        byte[] piece = new byte[4096];
        try
        {
            while (decoder.Read(piece) is > 0 and var count)
            {
                text.Append(Encoding.Latin1.GetString(piece, 0, count));
            }
        }
        catch (InvalidDataException)
        {
            // The end is missing, which some decoders mind; the callers say how much there must be.
        }

        return text.ToString();
    }
}
