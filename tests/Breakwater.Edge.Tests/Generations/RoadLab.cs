using System.Collections.Concurrent;
using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Generations;

/// <summary>
/// An edge on a real listener, before a real origin, that takes its configuration from a file in a directory of its own and has it changed as an
/// operator does it. The clock stands still unless the test moves it. Owned by one test.
/// </summary>
internal sealed class RoadLab : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly PlayedOrigin _origin = new();
    private readonly ILoggerFactory _loggers;

    public RoadLab()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(90));
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(new Lines(Log)));
        _ = _origin.ServeAsync(request => Answer(request), Limit);
    }

    /// <summary>How long the test may take; 90 s unless it says something else.</summary>
    public TimeSpan Patience
    {
        init => _limit.CancelAfter(value);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public TemporaryDirectory Files { get; } = new();

    /// <summary>Everything that was logged, each line with its level.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public Edge Edge { get; private set; } = null!;

    public CancellationToken Limit => _limit.Token;

    public int OriginPort => _origin.Port;

    /// <summary>What the origin answers; its path and the port it is asked at unless the test says something else.</summary>
    public Func<Http1Message, string> Answer { get; set; } = _ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    public Generation Live => Edge.Plane.Live;

    public RoadState State => Edge.Road.State;

    public string Document => Files["breakwater.yaml"];

    public IPEndPoint EndPoint => (IPEndPoint)Edge.EndPoints[0];

    /// <summary>A configuration with one zone.</summary>
    /// <param name="zone">Keys of the zone, without indentation. <c>ORIGIN</c> stands for the origin's port.</param>
    /// <param name="top">Keys of the document.</param>
    public string Yaml(string zone = "", string top = "") => ($$"""
        listeners: [{address: "127.0.0.1:0"}]
        logging: {access: {to: off} }
        data: state
        {{top}}
        zones:
          - name: shop
            origins: [{url: "http://127.0.0.1:ORIGIN"}]
            outlier: {consecutive_failures: 0}

        """ + string.Concat(zone.Split('\n').Select(line => $"    {line}\n"))).Replace("ORIGIN", $"{OriginPort}", StringComparison.Ordinal);

    /// <summary>The edge's data directory.</summary>
    public string Data => Files["state"];

    /// <summary>What generations are written with; null = nothing is kept.</summary>
    public DurableFiles? Disk { get; init; }

    /// <summary>Starts the edge with a configuration.</summary>
    public async Task<RoadLab> StartAsync(string zone = "", string top = "")
    {
        Files.Write("breakwater.yaml", Yaml(zone, top));
        return await RestartAsync();
    }

    /// <summary>Starts the edge, after it was stopped, with the document as it is.</summary>
    public async Task<RoadLab> RestartAsync()
    {
        Edge = await Edge.StartAsync(GenerationDocument.Read(Document, ConfigOverrides.None), Options, Limit);
        return this;
    }

    /// <summary>What an edge of this lab is started with.</summary>
    public EdgeOptions Options => new()
    {
        Loggers = _loggers,
        Time = Time,
        Store = Disk is null ? null : GenerationStore.Open(Data, _loggers, Disk),
        DataDirectory = Data,
        CanaryTime = CanaryTime,
        Taster = Taster,
    };

    /// <summary>Starts tasters; null = candidates are tasted in this process.</summary>
    public TasteProcess? Taster { get; init; }

    /// <summary>How long a canary takes at most; null = as configured.</summary>
    public TimeSpan? CanaryTime { get; init; } = TimeSpan.Zero;

    /// <summary>The edge's process ends as if it had been killed: nothing is written any more.</summary>
    public async Task CrashAsync()
    {
        string road = Path.Combine(Data, "generations", "road.json");
        byte[] journal = await File.ReadAllBytesAsync(road, Limit);
        await StopAsync();
        await File.WriteAllBytesAsync(road, journal, Limit);
    }

    /// <summary>Lets what is in force prove itself.</summary>
    public async Task BakeAsync(string target = "/")
    {
        for (int i = 0; i < 20; i++)
        {
            await GetAsync(target);
        }

        Time.Advance(TimeSpan.FromMinutes(10));
        Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => State.Live.Stage == RoadStage.Good, "bake");
        await RestAsync();
    }

    /// <summary>Writes the configuration and asks for a reload.</summary>
    public Task<RoadResult> ReloadAsync(string zone = "", string top = "") => ReloadTextAsync(Yaml(zone, top));

    /// <summary>The same with a whole document.</summary>
    public Task<RoadResult> ReloadTextAsync(string yaml)
    {
        Files.Write("breakwater.yaml", yaml);
        return TakeAsync();
    }

    /// <summary>Asks for a reload of the file as it is.</summary>
    public Task<RoadResult> TakeAsync(Func<RoadRequest, RoadRequest>? with = null)
    {
        RoadRequest request = new(new ChangeOrigin(ChangeSource.Command)) { Read = () => GenerationDocument.Read(Document, ConfigOverrides.None) };
        return Edge.TakeAsync(with is null ? request : with(request), Limit);
    }

    /// <summary>Lets the edge look at its files so many times.</summary>
    public void Looks(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Time.Advance(FileWatch.Interval);
        }
    }

    /// <summary>Waits for what other threads are about to do.</summary>
    public async Task UntilAsync(Func<bool> condition, string what = "")
    {
        while (!condition())
        {
            Assert.False(Limit.IsCancellationRequested, $"It did not happen: {what}\n{string.Join('\n', Log)}");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Waits until the road is empty and has seen to everything that it was told of.</summary>
    public async Task RestAsync()
    {
        await Edge.Road.RestAsync();
        Assert.Null(State.Candidate);
    }

    public async Task<Http1Message> GetAsync(string target, params string[] fields)
    {
        using RawClient client = new();
        await client.ConnectAsync(EndPoint, Limit);
        string host = fields.Any(field => field.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? "" : "Host: shop.example\r\n";
        await client.SendAsync($"GET {target} HTTP/1.1\r\n{host}{string.Concat(fields.Select(field => field + "\r\n"))}Connection: close\r\n\r\n", Limit);
        Assert.True(await client.ReadToEndAsync(Limit), "The edge did not end the connection.");
        Http1Message.Reading reading = Http1Message.ReadResponse(client.Received, bodyless: false, closed: true);
        Assert.True(reading.Message is not null, $"{reading.Invalid} There is no whole response; received: {client.Received}");
        return reading.Message;
    }

    public async Task<int> StatusAsync(string target, params string[] fields) => (await GetAsync(target, fields)).Status;

    /// <summary>Stops the edge, as an operator does.</summary>
    public async Task StopAsync()
    {
        await Edge.DisposeAsync();
        Edge = null!;
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        if (Edge is not null)
        {
            await Edge.DisposeAsync();
        }

        _origin.Dispose();
        _loggers.Dispose();
        Files.Dispose();
        _limit.Dispose();
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");

        public void Dispose()
        {
        }
    }
}
