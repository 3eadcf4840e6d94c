using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Listeners.Sockets;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Listeners;

/// <summary>A real listener of the edge's own transport, on a loopback port, whose connections go through the middleware under test and end in an echo. Its clock is moved by hand.</summary>
internal sealed class ConnectionLab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _host;
    private readonly Channel<ConnectionContext> _arrived = Channel.CreateUnbounded<ConnectionContext>();
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ConnectionLab(Action<ListenOptions, DataPlane> compose)
    {
        var clock = new EdgeClock(Time);
        var generation = new Generation
        {
            Number = 1,
            ContentHash = "test",
            Zones = new ZoneTable([]),
            Settings = new EdgeSettings { HandshakeTimeout = 10_000_000 },
        };
        Plane = new DataPlane(clock, new Heartbeat(clock), NullLoggerFactory.Instance, new EdgeMetrics(), null, generation);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IConnectionListenerFactory>(services =>
            new SocketTransport(services.GetRequiredService<IMemoryPoolFactory<byte>>(), Time, NullLogger<SocketTransport>.Instance));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            Options = options;
            options.Use(next => connection =>
            {
                Task running = next(connection);
                _accepted.TrySetResult();
                return running;
            });
            compose(options, Plane);
            options.Run(EchoAsync);
        }));
        _host = builder.Build();
        _host.Run(static _ => Task.CompletedTask);
    }

    public static async Task<ConnectionLab> StartAsync(Action<ListenOptions, DataPlane> compose)
    {
        var lab = new ConnectionLab(compose);
        await lab._host.StartAsync();
        return lab;
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public DataPlane Plane { get; }

    public ListenOptions Options { get; private set; } = null!;

    public IPEndPoint EndPoint => Options.IPEndPoint!;

    /// <summary>The first connection was accepted, and whatever comes first waits for its bytes.</summary>
    public Task AcceptedAsync() => _accepted.Task.WaitAsync(Patience);

    /// <summary>The next connection that got through the middleware.</summary>
    public async Task<ConnectionContext> NextAsync() => await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public bool NothingArrived => _arrived.Reader.Count == 0;

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return socket;
    }

    /// <summary>All that comes until the other side closes; a reset counts as an end.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var bytes = new List<byte>();
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Patience) is > 0 and int count) bytes.AddRange(buffer.AsSpan(0, count));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        return [.. bytes];
    }

    public static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] buffer = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(at)).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, read);
            at += read;
        }
        return buffer;
    }

    /// <summary>Moves the clock in steps of the heartbeat, until the condition holds: work that hangs on it runs on other threads.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 200 && !condition(); i++)
        {
            Time.Advance(Heartbeat.Interval);
            await Task.Delay(5);
        }
        Assert.True(condition(), "Nothing happened.");
    }

    /// <summary>Waits for what another thread is about to do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 2000 && !condition(); i++) await Task.Delay(5);
        Assert.True(condition(), "Nothing happened.");
    }

    /// <summary>The value of a metric as Prometheus sees it; 0 when it is not there.</summary>
    public long Metric(string name, params string[] labels)
    {
        var text = new ArrayBufferWriter<byte>();
        Plane.Metrics.WritePrometheus(text);
        long sum = 0;
        foreach (string line in Encoding.UTF8.GetString(text.WrittenSpan).Split('\n'))
            if (line.StartsWith(name, StringComparison.Ordinal) && labels.All(line.Contains)) sum += long.Parse(line[(line.LastIndexOf(' ') + 1)..]);
        return sum;
    }

    public long Ended(string end) => Metric("breakwater_connections_ended", $"end=\"{end}\"");

    private async Task EchoAsync(ConnectionContext connection)
    {
        _arrived.Writer.TryWrite(connection);
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (var segment in read.Buffer) await connection.Transport.Output.WriteAsync(segment);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Plane.Heartbeat.Dispose();
        Plane.Metrics.Dispose();
    }
}
