using System.Text;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Breakwater.Http;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>The head of a request, and who sent it. Immutable.</summary>
/// <param name="Peer">The other end of the connection.</param>
/// <param name="IsTls">Whether the connection was TLS.</param>
/// <param name="Head">The head as HTTP/1.1, with the empty line that ends it.</param>
internal sealed record RecentRequest(ClientAddress Peer, bool IsTls, byte[] Head)
{
    /// <summary>The longest first line that is shown.</summary>
    private const int MaxLine = 200;

    /// <summary>Its first line, for people.</summary>
    public string Line
    {
        get
        {
            int end = Head.AsSpan().IndexOf("\r\n"u8);
            string text = Encoding.Latin1.GetString(Head.AsSpan(0, Math.Clamp(end, 0, MaxLine)));
            return string.Concat(text.Select(letter => letter is >= ' ' and < '\u007f' ? letter : '?'));
        }
    }
}

/// <summary>
/// Heads of recent requests, for candidates to be tried on: a sample of fixed size. Until it is full every request is taken, then one in each
/// <see cref="Interval"/>, in the place of a random other; so it looks back some time, and a flood cannot fill it in a moment. Secrets are in it
/// as they came, in memory only. Thread-safe; a request that is not taken costs a comparison.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="capacity">How many.</param>
/// <param name="seed">For what is left to chance.</param>
internal sealed class RecentRequests(EdgeClock clock, int capacity, int seed)
{
    private int _capacity = capacity;

    /// <summary>The largest head that is kept.</summary>
    public const int MaxHead = 8 * 1024;

    /// <summary>Time between two requests that are taken, once it is full.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly long IntervalMicros = EdgeClock.ToMicros(Interval);

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly List<RecentRequest> _requests = [];
    private long _nextMicros = long.MinValue;

    /// <summary>Keeps so many from now on.</summary>
    public void Resize(int capacity)
    {
        lock (_lock)
        {
            _capacity = capacity;
            _requests.RemoveRange(Math.Min(capacity, _requests.Count), Math.Max(0, _requests.Count - capacity));
            Volatile.Write(ref _nextMicros, long.MinValue);
        }
    }

    /// <summary>Looks at an exchange that is over and not yet cleared.</summary>
    public void Offer(Exchange exchange)
    {
        if (exchange.Record.EndMicros >= Volatile.Read(ref _nextMicros))
        {
            Take(exchange);
        }
    }

    /// <summary>The sample as it is now, in random order.</summary>
    /// <param name="max">How many at most.</param>
    public RecentRequest[] Take(int max)
    {
        lock (_lock)
        {
            RecentRequest[] all = [.. _requests];
            _random.Shuffle(all);
            return all.Length <= max ? all : all[..max];
        }
    }

    private void Take(Exchange exchange)
    {
        RequestHead head = exchange.Request;
        if (head.Bytes.Length > MaxHead || !head.Bytes.EndsWith("\r\n\r\n"u8)
            || exchange.Record.Violation != HttpViolation.None || exchange.Record.End is ExchangeEnd.BadRequest or ExchangeEnd.HeaderTimeout)
        {
            return;
        }

        // Extended CONNECT (RFC 8441) has no form in HTTP/1.1.
        bool isHttp1 = head.Version is HttpVersion.Http10 or HttpVersion.Http11;
        if (!isHttp1 && head.MethodKind == MethodKind.Connect)
        {
            return;
        }

        var request = new RecentRequest(exchange.Connection.Peer.Address, exchange.Connection.IsTls, isHttp1 ? head.Bytes.ToArray() : AsHttp1(head));
        lock (_lock)
        {
            if (_requests.Count < _capacity)
            {
                _requests.Add(request);
            }
            else
            {
                _requests[_random.Next(_requests.Count)] = request;
            }

            Volatile.Write(ref _nextMicros, _requests.Count < _capacity ? long.MinValue : clock.Micros + IntervalMicros);
        }
    }

    /// <summary>A head of HTTP/2 or 3 is laid out as one of HTTP/1.1 but for the version in its first line.</summary>
    private static byte[] AsHttp1(RequestHead head) =>
        [.. head.Method, (byte)' ', .. head.Target, .. " HTTP/1.1"u8, .. head.Bytes[head.Bytes.IndexOf("\r\n"u8)..]];
}
