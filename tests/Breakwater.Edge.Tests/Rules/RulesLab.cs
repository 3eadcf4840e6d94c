using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>
/// An edge on a real listener that runs a configuration as an operator writes it, before an origin that keeps what it gets. Loopback is a
/// trusted proxy, so that a test can be any client by <c>X-Forwarded-For</c>. The clock stands still unless the test moves it. Owned by one
/// test.
/// </summary>
internal sealed class RulesLab : IAsyncDisposable
{
    public const string Host = "shop.example.com";

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly PlayedOrigin _origin = new();
    private readonly ConcurrentQueue<Http1Message> _requests = new();
    private Edge? _edge;

    private RulesLab() => _limit.CancelAfter(TimeSpan.FromSeconds(60));

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    public TemporaryDirectory Files { get; } = new();

    /// <summary>What the origin answers; 200 with a line of text unless the test says something else.</summary>
    public Func<Http1Message, string> Answer { get; set; } = _ => Response("200 OK", "from the origin");

    public int OriginPort => _origin.Port;

    /// <summary>Requests that reached the origin.</summary>
    public int Asked => _requests.Count;

    /// <summary>The request that the origin got last.</summary>
    public Http1Message LastRequest => _requests.Last();

    public IPEndPoint EndPoint => (IPEndPoint)_edge!.EndPoints[0];

    public CancellationToken Limit => _limit.Token;

    public Edge Edge => _edge!;

    /// <summary>Starts an edge with one zone.</summary>
    /// <param name="zone">Keys of the zone, without indentation. <c>ORIGIN</c> stands for the origin's port.</param>
    /// <param name="top">Keys of the document.</param>
    /// <param name="files">Files beside the document, by name.</param>
    public static Task<RulesLab> StartAsync(string zone, string top = "", params (string Name, string Text)[] files) =>
        StartAsync(zone, top, played: false, files);

    /// <param name="zone">As above.</param>
    /// <param name="played">Whether the test plays the origin by hand (<see cref="AcceptAsync"/>).</param>
    /// <param name="files">Files beside the document, by name.</param>
    public static Task<RulesLab> StartAsync(string zone, bool played, params (string Name, string Text)[] files) => StartAsync(zone, "", played, files);

    /// <summary>Starts an edge with one zone, guarded as a test wants it. Its file of switches is beside the document.</summary>
    /// <param name="fuses">How it is guarded, the data directory aside.</param>
    /// <param name="loggers">Where it logs to; null = nowhere.</param>
    /// <param name="zone">As above.</param>
    /// <param name="top">As above.</param>
    /// <param name="files">As above.</param>
    public static Task<RulesLab> StartGuardedAsync(
        FuseOptions fuses, ILoggerFactory? loggers, string zone, string top = "", params (string Name, string Text)[] files) =>
        StartAsync(zone, top, played: false, files, fuses, loggers);

    private static async Task<RulesLab> StartAsync(
        string zone, string top, bool played, (string Name, string Text)[] files, FuseOptions? fuses = null, ILoggerFactory? loggers = null)
    {
        var lab = new RulesLab();
        foreach ((string name, string text) in files)
        {
            lab.Files.Write(name, text);
        }

        if (!played)
        {
            _ = lab._origin.ServeAsync(
                request =>
                {
                    lab._requests.Enqueue(request);
                    return lab.Answer(request);
                },
                lab.Limit);
        }

        try
        {
            var options = new EdgeOptions
            {
                Time = lab.Time,
                CanaryTime = TimeSpan.Zero,
                Loggers = loggers ?? NullLoggerFactory.Instance,
                Fuses = (fuses ?? new FuseOptions()) with { DataDirectory = lab.Files.Path },
            };
            lab._edge = await Edge.StartAsync(lab.Read(zone, top), options, lab.Limit);
        }
        catch (ConfigurationException refused)
        {
            await lab.DisposeAsync();
            Assert.Fail(string.Join('\n', refused.Diagnostics));
        }

        return lab;
    }

    /// <summary>An answer of the origin.</summary>
    public static string Response(string status, string body, params string[] fields) =>
        $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n{body}";

    /// <summary>Puts another configuration in force. Returns what was said about it.</summary>
    public string[] Reload(string zone, string top = "") => [.. _edge!.ReloadAsync(Read(zone, top)).GetAwaiter().GetResult().Select(found => found.ToString())];

    /// <summary>The next connection of the edge to an origin that the test plays.</summary>
    public Task<PlayedConnection> AcceptAsync() => _origin.AcceptAsync(Limit);

    public Task<Http1Message> GetAsync(string target, params string[] fields) => SendAsync("GET", target, fields);

    /// <summary>Sends a request without a body on a connection of its own. A <c>Host</c> among the fields takes the place of the usual one.</summary>
    public async Task<Http1Message> SendAsync(string method, string target, params string[] fields)
    {
        string text = await ExchangeAsync(method, target, fields);
        Http1Message.Reading reading = Http1Message.ReadResponse(text, method == "HEAD", closed: true);
        Assert.True(reading.Message is not null, $"{reading.Invalid} There is no whole response; received: {text}");
        return reading.Message;
    }

    /// <summary>As <see cref="SendAsync"/>: all that came back, until the edge closed or reset the connection.</summary>
    public async Task<string> ExchangeAsync(string method, string target, params string[] fields)
    {
        string host = fields.Any(field => field.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? "" : $"Host: {Host}\r\n";
        using RawClient client = new();
        await client.ConnectAsync(EndPoint, Limit);
        await client.SendAsync($"{method} {target} HTTP/1.1\r\n{host}{string.Concat(fields.Select(field => field + "\r\n"))}Connection: close\r\n\r\n", Limit);
        Assert.True(await client.ReadToEndAsync(Limit), "The edge did not end the connection.");
        return client.Received;
    }

    public async Task<int> StatusAsync(string target, params string[] fields) => (await GetAsync(target, fields)).Status;

    /// <summary>
    /// Stops the edge and reads the lines of its access log, one for each exchange, in the order of their connections: a client may have its answer, and
    /// be back with another request, before the exchange is over.
    /// </summary>
    public async Task<string[]> StopAndReadLogAsync()
    {
        await _edge!.DisposeAsync();
        string[] lines = await File.ReadAllLinesAsync(Files["access.log"], Limit);
        return [.. lines.OrderBy(ConnectionOf)];
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        _origin.Dispose();
        Files.Dispose();
        _limit.Dispose();
    }

    private static long ConnectionOf(string line)
    {
        using JsonDocument parsed = JsonDocument.Parse(line);
        return parsed.RootElement.TryGetProperty("connection", out JsonElement connection) ? connection.GetInt64() : 0;
    }

    private BreakwaterConfig Read(string zone, string top)
    {
        string yaml = $$"""
            listeners: [{address: "127.0.0.1:0"}]
            trusted_proxies: ["127.0.0.1"]
            logging: {access: {to: access.log} }
            {{(top.Contains("waf:", StringComparison.Ordinal) ? "" : "waf: {mode: off}")}}
            {{top}}
            zones:
              - name: shop
                origins: [{url: "http://127.0.0.1:{{OriginPort}}"}]
                outlier: {consecutive_failures: 0}
                retries: {max_attempts: 1}

            """ + string.Concat(zone.Split('\n').Select(line => $"    {line}\n"));
        yaml = yaml.Replace("ORIGIN", $"{OriginPort}", StringComparison.Ordinal);
        ConfigResult result = ConfigReader.Read(yaml, Files["breakwater.yaml"]);
        Assert.True(result.Config is not null, string.Join('\n', result.Diagnostics) + "\n" + yaml);
        return result.Config;
    }
}
