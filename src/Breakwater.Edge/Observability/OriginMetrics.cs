using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Observability;

/// <summary>What became of the exchanges that asked one origin for one zone. Thread-safe.</summary>
internal sealed class OriginMetrics
{
    private readonly StripedCells _outcomes = new(StatusClass.Count + WordsOf<ExchangeEnd>.Count);

    /// <summary>Counts an exchange by what came of its last attempt.</summary>
    public void Count(in ExchangeRecord record) =>
        _outcomes.Add(record.OriginStatus != 0 ? StatusClass.Of(record.OriginStatus) : StatusClass.Count + (int)record.End, 1);

    /// <summary>Reads <see cref="Instruments.OriginExchanges"/>.</summary>
    public void Read(MetricSink sink, string zone, string origin)
    {
        for (int i = 0; i < _outcomes.Count; i++)
        {
            if (_outcomes.Sum(i) is > 0 and long sum)
            {
                string outcome = i < StatusClass.Count ? StatusClass.Label(i) : WordsOf<ExchangeEnd>.Text(i - StatusClass.Count);
                sink.Value(sum, zone, origin, outcome);
            }
        }
    }
}
