using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Connections.Polling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>An accepted connection. Owned by its flow; <see cref="Abort(ConnectionAbortedException)"/> is thread-safe.</summary>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe, IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature,
    IConnectionEndPointFeature, IConnectionLifetimeFeature, IConnectionSocketFeature, IMemoryPoolFeature
{
    private readonly CancellationTokenSource _aborted = new();
    private readonly PolledSocket _polled;
    private readonly SocketInput _input;
    private readonly SocketOutput _output;
    private readonly ListenerMemory _memory;
    private IDictionary<object, object?>? _items;
    private int _closed;
    private int _disposed;

    /// <param name="socket">Connected; disposed of with the connection, unless this constructor throws.</param>
    /// <param name="id">Names the connection in Kestrel's log.</param>
    /// <param name="memory">Held until the connection is disposed of.</param>
    /// <exception cref="SocketException">The client has gone.</exception>
    public SocketConnection(Socket socket, string id, ListenerMemory memory)
    {
        Socket = socket;
        _memory = memory;
        ConnectionId = id;
        _polled = new PolledSocket(socket);
        _input = new SocketInput(_polled);
        _output = new SocketOutput(_polled);
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _aborted.Token;
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        memory.Hold();
    }

    /// <inheritdoc/>
    public Socket Socket { get; }

    /// <summary>What Kestrel takes its buffers for TLS and HTTP/2 from.</summary>
    public MemoryPool<byte> MemoryPool => _memory.Pool;

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection(16);

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>The bytes as they are on the wire, until TLS puts its own in their place.</summary>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Close())
        {
            // Elsewhere: whoever aborts must not run what others do about it. The source holds no timer and needs no disposal.
            ThreadPool.UnsafeQueueUserWorkItem(static aborted => aborted.Cancel(), _aborted, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Close();
            _input.Complete();
            _output.Complete();
            _memory.Release();
        }

        return base.DisposeAsync();
    }

    /// <summary>Closes the socket; what is pending on it ends. False when it was closed already.</summary>
    private bool Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        try
        {
            // What was sent still arrives, and the client learns that no more is coming, unless bytes of its own are left unread.
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }

        _polled.Dispose();
        return true;
    }
}
