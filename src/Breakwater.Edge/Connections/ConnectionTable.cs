using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Connections;

/// <summary>A connection that can be asked to end when its present exchange is over.</summary>
internal interface IDrainable
{
    /// <summary>The next answer is the last, and says so; while none is due, nothing happens. Thread-safe.</summary>
    void Leave();

    /// <summary>No further exchange: say so to the client, close when idle. Thread-safe.</summary>
    void Drain();

    /// <summary>Cuts it now. Thread-safe.</summary>
    void Abort(ConnectionEnd reason);
}

/// <summary>
/// The live connections: how many there are, in all and of each client, and how to end them. Thread-safe. Its memory is bounded by the
/// number of connections it admits.
/// </summary>
internal sealed class ConnectionTable
{
    private readonly Lock _lock = new();
    private readonly HashSet<IDrainable> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ClientKey, int> _perClient = [];
    private long _lastId;
    private int _total;

    /// <summary>Connections that are open now.</summary>
    public int Count => Volatile.Read(ref _total);

    /// <summary>Whether the edge is draining: no connection is kept alive any more.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Whether clients are being sent elsewhere: the next answer on each connection is its last.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>A number for a new connection.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Counts a new connection. False when there are too many already; then nothing is counted.</summary>
    public bool TryEnter(int max)
    {
        if (Interlocked.Increment(ref _total) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _total);
        return false;
    }

    /// <summary>The counterpart of <see cref="TryEnter"/>.</summary>
    public void Exit() => Interlocked.Decrement(ref _total);

    /// <summary>Counts a connection for its client: an IPv4 address, or an IPv6 network of 64 bits.</summary>
    public bool TryEnterClient(IPAddress address, int max)
    {
        lock (_lock)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_perClient, ClientKey.Of(address), out _);
            if (count >= max)
            {
                return false;
            }

            count++;
            return true;
        }
    }

    /// <summary>The counterpart of <see cref="TryEnterClient"/>.</summary>
    public void ExitClient(IPAddress address)
    {
        ClientKey key = ClientKey.Of(address);
        lock (_lock)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_perClient, key);
            if (--count == 0)
            {
                _perClient.Remove(key);
            }
        }
    }

    /// <summary>Makes a connection known, so that a drain reaches it.</summary>
    public void Add(IDrainable connection)
    {
        bool draining;
        bool leaving;
        lock (_lock)
        {
            _open.Add(connection);
            draining = IsDraining;
            leaving = IsLeaving;
        }

        if (leaving)
        {
            connection.Leave();
        }

        if (draining)
        {
            connection.Drain();
        }
    }

    /// <summary>Forgets a connection that is over.</summary>
    public void Remove(IDrainable connection)
    {
        lock (_lock)
        {
            _open.Remove(connection);
        }
    }

    /// <summary>
    /// Sends clients elsewhere. A connection that is idle is not closed under a client that may be about to send a request on it.
    /// </summary>
    public void LeaveAll()
    {
        foreach (IDrainable connection in Begin())
        {
            connection.Leave();
        }

        IDrainable[] Begin()
        {
            lock (_lock)
            {
                IsLeaving = true;
                return [.. _open];
            }
        }
    }

    /// <summary>Asks all connections to end after their present exchange.</summary>
    public void DrainAll()
    {
        foreach (IDrainable connection in Begin())
        {
            connection.Drain();
        }

        IDrainable[] Begin()
        {
            lock (_lock)
            {
                IsDraining = true;
                return [.. _open];
            }
        }
    }

    /// <summary>Cuts what is left.</summary>
    public int AbortAll(ConnectionEnd reason)
    {
        IDrainable[] open;
        lock (_lock)
        {
            open = [.. _open];
        }

        foreach (IDrainable connection in open)
        {
            connection.Abort(reason);
        }

        return open.Length;
    }

    /// <summary>
    /// A client as the limit per client sees it. An IPv6 host owns at least 64 bits of addresses, so these count as one.
    /// </summary>
    private readonly record struct ClientKey(ulong High, ulong Low)
    {
        public static ClientKey Of(IPAddress address)
        {
            Span<byte> bytes = stackalloc byte[16];
            if (address.IsIPv4MappedToIPv6)
            {
                address = address.MapToIPv4();
            }

            address.TryWriteBytes(bytes, out int written);
            return address.AddressFamily == AddressFamily.InterNetwork
                ? new ClientKey(ulong.MaxValue, MemoryMarshal.Read<uint>(bytes))
                : new ClientKey(MemoryMarshal.Read<ulong>(bytes), (ulong)written);
        }
    }
}
