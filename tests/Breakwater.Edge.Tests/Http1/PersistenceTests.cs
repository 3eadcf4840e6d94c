using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>Several requests on one connection: in which order they are answered, and when the connection ends (RFC 9112 §9).</summary>
public sealed class PersistenceTests
{
    private const string Streamed = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

    /// <summary>First line and Connection field of a request; the answer's Connection field, and whether the connection stays.</summary>
    public static TheoryData<string, string, string?, bool> Connections => new()
    {
        { "GET / HTTP/1.1", "", null, true },
        { "GET / HTTP/1.1", "keep-alive", null, true },
        { "GET / HTTP/1.1", "close", "close", false },
        { "GET / HTTP/1.1", "keep-alive, Close", "close", false },
        { "GET / HTTP/1.0", "", "close", false },
        { "GET / HTTP/1.0", "keep-alive", "keep-alive", true },
        { "GET / HTTP/1.0", "close", "close", false },
        { "HEAD / HTTP/1.1", "", null, true },
        { "HEAD / HTTP/1.0", "keep-alive", "keep-alive", true },

        // A body that comes in chunks ends with the connection where the client knows no chunks.
        { "GET /streamed HTTP/1.1", "", null, true },
        { "GET /streamed HTTP/1.0", "keep-alive", "close", false },
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task AConnectionStaysOrEnds(string requestLine, string option, string? answered, bool stays)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        bool head = requestLine.StartsWith("HEAD", StringComparison.Ordinal);
        await client.SendAsync($"{requestLine}\r\nHost: {EdgeLab.Host}\r\n{(option.Length > 0 ? $"Connection: {option}\r\n" : "")}\r\n", lab.Limit);
        Http1Message response = await lab.ResponseAsync(client, bodyless: head);
        Assert.Equal(200, response.Status);
        Assert.Equal(answered is null ? [] : [answered], response.Values("Connection"));
        Assert.Equal(head ? "" : requestLine.Contains("streamed", StringComparison.Ordinal) ? "hello" : "GET /", response.Body);
        if (stays)
        {
            await client.SendAsync(Get("/again"), lab.Limit);
            Assert.Equal("GET /again", (await lab.ResponseAsync(client)).Body);
        }
        else
        {
            await lab.ClosesAsync(client);
            await lab.EndedAsync("not_kept_alive");
        }
    }

    [Fact]
    public async Task PipelinedRequestsAreAnsweredInOrder()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        var requests = new StringBuilder();
        for (int i = 0; i < 100; i++)
        {
            requests.Append((i % 4) switch
            {
                0 => Get($"/{i}"),
                1 => $"PUT /{i} HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nContent-Length: 5\r\n\r\nhello",
                2 => $"POST /{i} HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                _ => $"HEAD /{i} HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n",
            });
        }

        await client.SendAsync(requests.ToString(), lab.Limit);
        for (int i = 0; i < 100; i++)
        {
            Http1Message response = await lab.ResponseAsync(client, bodyless: i % 4 == 3);
            Assert.Equal((i % 4) switch { 0 => $"GET /{i}", 1 => $"PUT /{i}hello", 2 => $"POST /{i}hello", _ => "" }, response.Body);
            Assert.Equal([$"/{i}"], response.Values("Target"));
        }

        Assert.Equal("", client.Rest);
    }

    [Fact]
    public async Task ARequestMayComeByteByByte()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        foreach (char c in $"\r\nPOST /drops HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\ndri\r\n2\r\nps\r\n0\r\n\r\n{Get("/next")}")
        {
            await client.SendAsync(c.ToString(), lab.Limit);
        }

        Assert.Equal("POST /dropsdrips", (await lab.ResponseAsync(client)).Body);
        Assert.Equal("GET /next", (await lab.ResponseAsync(client)).Body);
    }

    /// <summary>An empty line before a request is skipped, a second one refused (RFC 9112 §2.2), wherever the bytes are cut.</summary>
    [Theory]
    [InlineData("\r", "\n", 200)]
    [InlineData("\r\n", "", 200)]
    [InlineData("\r\n", "\r\n", 400)]
    [InlineData("\r", "\n\r\n", 400)]
    [InlineData("\r", "", 400)]
    public async Task AnEmptyLineMayComeInPieces(string first, string second, int status)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();

        // The first piece comes along with a request, so that the edge has it once that is answered.
        await client.SendAsync(Get("/before") + first, lab.Limit);
        Assert.Equal("GET /before", (await lab.ResponseAsync(client)).Body);
        await client.SendAsync(second + Get("/after"), lab.Limit);
        Assert.Equal(status, (await lab.ResponseAsync(client)).Status);
    }

    [Fact]
    public async Task ManyRequestsShareOneConnectionOnEitherSide()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        for (int i = 0; i < 1000; i++)
        {
            await client.SendAsync(Get($"/{i}"), lab.Limit);
            Assert.Equal($"GET /{i}", (await lab.ResponseAsync(client)).Body);
        }

        Assert.Equal(1, lab.Origin.Accepted);
    }

    [Fact]
    public async Task TheLastRequestThatAConnectionMayCarryIsAnsweredWithClose()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with { Limits = new LimitsConfig { MaxRequestsPerConnection = 3 } });
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get("/1") + Get("/2") + Get("/3") + Get("/4"), lab.Limit);
        Assert.Empty((await lab.ResponseAsync(client)).Values("Connection"));
        Assert.Empty((await lab.ResponseAsync(client)).Values("Connection"));
        Assert.Equal(["close"], (await lab.ResponseAsync(client)).Values("Connection"));
        await lab.ClosesAsync(client);
        await lab.EndedAsync("request_limit");
    }

    [Fact]
    public async Task AnOriginThatClosesDoesNotCloseTheClient()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        foreach (string answer in (string[])
            ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.0 200 OK\r\n\r\nok", "HTTP/1.1 200 OK\r\n\r\nok"])
        {
            await client.SendAsync(Get("/"), lab.Limit);
            using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
            await origin.ReadRequestAsync(lab.Limit);
            await origin.SendAsync(answer, lab.Limit);
            origin.CloseSending();
            Http1Message response = await lab.ResponseAsync(client);
            Assert.Equal("ok", response.Body);
            Assert.Empty(response.Values("Connection"));
        }

        Assert.Equal(3, lab.Origin.Accepted);
    }

    [Fact]
    public async Task AnOriginMayListenOnASocketFile()
    {
        using var directory = new TemporaryDirectory();
        await using EdgeLab lab = await EdgeLab.StartAsync(new PlayedOrigin(directory["app.sock"]), OriginAddress.UnixSocket(directory["app.sock"]));
        lab.Serve(Answer);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get("/local"), lab.Limit);
        Assert.Equal("GET /local", (await lab.ResponseAsync(client)).Body);
    }

    private static string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n";

    /// <summary>Says what was asked for.</summary>
    private static string Answer(Http1Message request)
    {
        string[] line = request.StartLine.Split(' ');
        if (line[1] == "/streamed")
        {
            return Streamed;
        }

        string body = $"{line[0]} {line[1]}{request.Body}";
        return $"HTTP/1.1 200 OK\r\nTarget: {line[1]}\r\nContent-Length: {body.Length}\r\n\r\n{(line[0] == "HEAD" ? "" : body)}";
    }
}
