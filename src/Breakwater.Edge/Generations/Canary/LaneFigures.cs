using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>What the requests of one generation came to, while it was compared with another. Thread-safe.</summary>
internal sealed class LaneFigures
{
    private long _requests;
    private long _errors;
    private long _originErrors;
    private long _blocked;
    private readonly RefusalClusters _clusters = new();

    /// <summary>Requests that are over.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Those that the edge answered with a status from 500 on, or broke off.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Those that the origin answered with such a status, or broke off.</summary>
    public long OriginErrors => Volatile.Read(ref _originErrors);

    /// <summary>Those that the edge refused: by a rule, a limit, or because they are nothing it serves.</summary>
    public long Blocked => Volatile.Read(ref _blocked);

    /// <summary>How many times less its requests tell of refusals than so many independent ones would: <see cref="RefusalClusters.DesignEffect"/>.</summary>
    public double DesignEffect => _clusters.DesignEffect;

    /// <summary>How long they took, from the head's end to the response's.</summary>
    public TimeHistogram Durations { get; } = new();

    /// <summary>How long the edge took to decide about them: work of the processor, for nothing is waited for.</summary>
    public TimeHistogram Work { get; } = new();

    /// <summary>Counts a request that is over.</summary>
    public void Add(Exchange exchange)
    {
        ref ExchangeRecord record = ref exchange.Record;
        Interlocked.Increment(ref _requests);
        LaneResult result = Judge(exchange.Answer is not null, record);
        _clusters.Add(exchange.Connection, result == LaneResult.Blocked);
        switch (result)
        {
            case LaneResult.Error:
                Interlocked.Increment(ref _errors);
                break;
            case LaneResult.OriginError:
                Interlocked.Increment(ref _originErrors);
                break;
            case LaneResult.Blocked:
                Interlocked.Increment(ref _blocked);
                break;
        }

        if (record.End is not (ExchangeEnd.TunnelClosed or ExchangeEnd.TunnelIdle or ExchangeEnd.ClientAborted or ExchangeEnd.ClientTooSlow))
        {
            Durations.Add(record.EndMicros - record.StartMicros);
        }

        if (record.WorkMicros >= 0)
        {
            Work.Add(record.WorkMicros);
        }
    }

    /// <summary>What a request came to.</summary>
    /// <param name="answeredByEdge">Whether the answer is the edge's own.</param>
    /// <param name="record">The rest.</param>
    public static LaneResult Judge(bool answeredByEdge, in ExchangeRecord record) => record.End switch
    {
        ExchangeEnd.Dropped or ExchangeEnd.Blocked or ExchangeEnd.RateLimited or ExchangeEnd.Challenged => LaneResult.Blocked,
        ExchangeEnd.EdgeFault => LaneResult.Error,
        ExchangeEnd.OriginTruncated or ExchangeEnd.OriginBetweenBytesTimeout => LaneResult.OriginError,

        // The client's doing, or the edge's end: says nothing about a configuration.
        ExchangeEnd.ClientAborted or ExchangeEnd.ClientTooSlow or ExchangeEnd.HeaderTimeout or ExchangeEnd.BodyTimeout or ExchangeEnd.Drained => LaneResult.Fine,
        _ when answeredByEdge => record.Status >= 500 ? LaneResult.Error : record.Status >= 400 ? LaneResult.Blocked : LaneResult.Fine,
        _ => record.Status >= 500 ? LaneResult.OriginError : LaneResult.Fine,
    };
}

/// <summary>What one request came to, as far as a comparison of generations goes.</summary>
internal enum LaneResult : byte
{
    /// <summary>Nothing to object to.</summary>
    Fine,

    /// <summary>The edge failed to serve it.</summary>
    Error,

    /// <summary>The origin failed to serve it.</summary>
    OriginError,

    /// <summary>The edge refused it.</summary>
    Blocked,
}
