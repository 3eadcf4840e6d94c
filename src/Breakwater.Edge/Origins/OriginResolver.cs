using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Origins;

/// <summary>Asks for the addresses of a host name. May throw, and may take long; the caller sees to both.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellation);

/// <summary>
/// Where one origin is: its addresses, looked up again in the background, the last good answer kept whatever DNS says. Thread-safe.
/// Only requests that come before the first answer ever wait for DNS.
/// </summary>
/// <remarks>
/// With several addresses each connect attempt gets the next one, and one that just failed is put aside for a while, so that an attempt
/// after it goes elsewhere. An IP literal or a unix socket needs no look-up.
/// </remarks>
internal sealed partial class OriginResolver
{
    /// <summary>How long a look-up may take, in microseconds.</summary>
    public const long LookupTime = 5_000_000;

    /// <summary>How long an address that could not be connected to is put aside while there are others, in microseconds.</summary>
    public const long AsideTime = 10_000_000;

    /// <summary>Addresses kept of one answer.</summary>
    public const int MaxAddresses = 64;

    /// <summary>Addresses tried for one connection.</summary>
    public const int MaxTriesPerConnection = 4;

    /// <summary>Time until a name that never resolved is looked up again, in microseconds.</summary>
    public const long RetryUnknown = 1_000_000;

    /// <summary>Time until a look-up is repeated that failed while an earlier answer is in use, in microseconds.</summary>
    public const long RetryKnown = 5_000_000;

    private readonly string _zone;
    private readonly Uri _url;
    private readonly string _host;
    private readonly HostLookup _resolve;
    private readonly EdgeClock _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly bool _isFixed;
    private Answer? _answer;
    private int _turn = -1;
    private int _version;

    // Under the lock.
    private Task? _lookup;
    private bool _looking;
    private long _nextLookup;
    private long _refresh = 30_000_000;
    private bool _failing;
    private long _failures;

    public OriginResolver(string zone, Uri url, HostLookup resolve, EdgeClock clock, ILogger logger)
    {
        _zone = zone;
        _url = url;
        _host = url.IdnHost;
        _resolve = resolve;
        _clock = clock;
        _logger = logger;
        if (url.Scheme == "unix")
        {
            _answer = new Answer([new UnixDomainSocketEndPoint(url.OriginalString["unix:".Length..])]);
            _isFixed = true;
        }
        else if (IPAddress.TryParse(_host, out IPAddress? literal))
        {
            _answer = new Answer([new IPEndPoint(literal, url.Port)]);
            _isFixed = true;
        }
    }

    /// <summary>How many addresses there are to try at present; 0 before the first answer.</summary>
    public int Count => Volatile.Read(ref _answer)?.EndPoints.Length ?? 0;

    /// <summary>How many addresses one connect attempt should try, one after the other.</summary>
    public int MaxTries => Math.Clamp(Count, 1, MaxTriesPerConnection);

    /// <summary>The addresses known at present.</summary>
    public IReadOnlyList<EndPoint> EndPoints => Volatile.Read(ref _answer)?.EndPoints ?? [];

    /// <summary>Look-ups that failed or found nothing.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>
    /// Where to connect to next; null when the name was never resolved. Each call is a turn of its own: for one request, call it up to
    /// <see cref="MaxTries"/> times, and report what failed.
    /// </summary>
    public ValueTask<EndPoint?> GetEndPointAsync() =>
        Volatile.Read(ref _answer) is { } answer ? new ValueTask<EndPoint?>(Next(answer)) : FirstAnswerAsync();

    /// <summary>Puts an address aside that could not be connected to.</summary>
    public void OnConnectFailed(EndPoint endPoint)
    {
        if (Volatile.Read(ref _answer) is { EndPoints.Length: > 1 } answer)
        {
            int index = Array.IndexOf(answer.EndPoints, endPoint);
            if (index >= 0)
            {
                Volatile.Write(ref answer.AsideUntil[index], _clock.Micros + AsideTime);
                answer.HasAside = true;
            }
        }
    }

    /// <summary>Changes whenever the addresses do, so that <see cref="IsCurrent"/> need not be asked again and again.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether a connection to this address is still to where the origin is; false once DNS has moved it.</summary>
    public bool IsCurrent(EndPoint endPoint) => Volatile.Read(ref _answer) is { } answer && Array.IndexOf(answer.EndPoints, endPoint) >= 0;

    /// <summary>Looks the name up again when it is time.</summary>
    /// <param name="nowMicros">The time.</param>
    /// <param name="refreshMicros">Time between two look-ups.</param>
    public void OnHeartbeat(long nowMicros, long refreshMicros)
    {
        if (_isFixed)
        {
            return;
        }

        lock (_lock)
        {
            _refresh = refreshMicros;
            if (!_looking && nowMicros >= _nextLookup)
            {
                Begin();
            }
        }
    }

    private EndPoint Next(Answer answer)
    {
        EndPoint[] endPoints = answer.EndPoints;
        if (endPoints.Length == 1)
        {
            return endPoints[0];
        }

        uint turn = (uint)Interlocked.Increment(ref _turn);
        if (answer.HasAside)
        {
            long now = _clock.Micros;
            for (uint i = 0; i < endPoints.Length; i++)
            {
                uint index = (turn + i) % (uint)endPoints.Length;
                if (now >= Volatile.Read(ref answer.AsideUntil[index]))
                {
                    return endPoints[index];
                }
            }
        }

        return endPoints[turn % (uint)endPoints.Length];
    }

    private async ValueTask<EndPoint?> FirstAnswerAsync()
    {
        Task? lookup;
        lock (_lock)
        {
            // A name that just did not resolve is not asked for again by every request.
            if (!_looking && _clock.Micros >= _nextLookup)
            {
                Begin();
            }

            lookup = _lookup;
        }

        if (lookup is not null)
        {
            await lookup.ConfigureAwait(false);
        }

        return Volatile.Read(ref _answer) is { } answer ? Next(answer) : null;
    }

    /// <summary>Starts a look-up. Under the lock.</summary>
    private void Begin()
    {
        _looking = true;
        Task lookup = LookUpAsync();
        _lookup = _looking ? lookup : null;
    }

    private async Task LookUpAsync()
    {
        IPAddress[] addresses = [];
        string? problem = null;
        try
        {
            TimeSpan time = TimeSpan.FromMicroseconds(LookupTime);
            using var timeout = new CancellationTokenSource(time, _clock.Provider);
            addresses = await _resolve(_host, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
            problem = addresses.Length == 0 ? "it has no addresses" : null;
        }
        catch (OperationCanceledException)
        {
            problem = "no answer in time";
        }
        catch (Exception exception)
        {
            // Whatever a resolver throws means the same: no answer this time.
            problem = exception.Message;
        }

        lock (_lock)
        {
            Apply(addresses, problem);
            _looking = false;
            _lookup = null;
        }
    }

    private void Apply(IPAddress[] addresses, string? problem)
    {
        Answer? known = Volatile.Read(ref _answer);
        long now = _clock.Micros;
        if (problem is not null)
        {
            _failures++;
            _nextLookup = now + Math.Min(_refresh, known is null ? RetryUnknown : RetryKnown);
            if (!_failing)
            {
                _failing = true;
                if (known is null)
                {
                    Log.Unresolved(_logger, _zone, _url, _host, problem);
                }
                else
                {
                    Log.Kept(_logger, _zone, _url, _host, problem, known.EndPoints.Length);
                }
            }

            return;
        }

        _nextLookup = now + _refresh;
        if (_failing)
        {
            _failing = false;
            Log.Resolved(_logger, _zone, _url, _host);
        }

        EndPoint[] endPoints = [.. addresses.Distinct().Take(MaxAddresses).Select(address => new IPEndPoint(address, _url.Port))];
        if (known is null || known.EndPoints.Length != endPoints.Length || endPoints.Except(known.EndPoints).Any())
        {
            Volatile.Write(ref _answer, known is null ? new Answer(endPoints) : known.Follow(endPoints));
            Interlocked.Increment(ref _version);
            if (known is not null)
            {
                Log.Moved(_logger, _zone, _url, string.Join(", ", endPoints.Select(endPoint => endPoint.ToString())));
            }
        }
    }

    /// <summary>One answer; immutable but for what is put aside.</summary>
    private sealed class Answer(EndPoint[] endPoints)
    {
        public EndPoint[] EndPoints => endPoints;

        public long[] AsideUntil { get; } = CreateNever(endPoints.Length);

        /// <summary>Whether anything was ever put aside, so that the clock must be asked.</summary>
        public volatile bool HasAside;

        /// <summary>The next answer: what it has in common with this one stays put aside.</summary>
        public Answer Follow(EndPoint[] next)
        {
            var answer = new Answer(next) { HasAside = HasAside };
            for (int i = 0; i < next.Length; i++)
            {
                int before = Array.IndexOf(endPoints, next[i]);
                if (before >= 0)
                {
                    answer.AsideUntil[i] = Volatile.Read(ref AsideUntil[before]);
                }
            }

            return answer;
        }

        private static long[] CreateNever(int length)
        {
            var times = new long[length];
            Array.Fill(times, long.MinValue);
            return times;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 421, Level = LogLevel.Error, Message = "Zone {Zone}: origin {Origin}: the name {Host} does not resolve: {Problem}. Requests to it fail until it does")]
        public static partial void Unresolved(ILogger logger, string zone, Uri origin, string host, string problem);

        [LoggerMessage(EventId = 422, Level = LogLevel.Warning, Message = "Zone {Zone}: origin {Origin}: the name {Host} does not resolve any more: {Problem}. Its last {Count} addresses stay in use")]
        public static partial void Kept(ILogger logger, string zone, Uri origin, string host, string problem, int count);

        [LoggerMessage(EventId = 423, Level = LogLevel.Information, Message = "Zone {Zone}: origin {Origin}: the name {Host} resolves again")]
        public static partial void Resolved(ILogger logger, string zone, Uri origin, string host);

        [LoggerMessage(EventId = 424, Level = LogLevel.Information, Message = "Zone {Zone}: origin {Origin} is now at {Addresses}")]
        public static partial void Moved(ILogger logger, string zone, Uri origin, string addresses);
    }
}
