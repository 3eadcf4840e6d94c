using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Observability;

/// <summary>The connections of one listener. Thread-safe.</summary>
internal sealed class ListenerMetrics(string name)
{
    private static readonly int Ends = WordsOf<ConnectionEnd>.Count;

    private readonly StripedCells _accepted = new(1);
    private readonly StripedCells _ended = new(Protocols.Count * Ends);

    /// <summary>Counts a connection that was accepted.</summary>
    public void Started() => _accepted.Add(0, 1);

    /// <summary>Counts a connection that is over.</summary>
    public void Ended(ConnectionProtocol protocol, ConnectionEnd end) => _ended.Add((int)protocol * Ends + (int)end, 1);

    /// <summary>Reads <see cref="Instruments.ConnectionsAccepted"/>.</summary>
    public void ReadAccepted(MetricSink sink) => sink.Value(_accepted.Sum(0), name);

    /// <summary>Reads <see cref="Instruments.ConnectionsOpen"/>.</summary>
    public void ReadOpen(MetricSink sink)
    {
        // Ended first: a connection that comes and goes meanwhile is then counted as open, never as less than none.
        long ended = 0;
        for (int i = 0; i < _ended.Count; i++)
        {
            ended += _ended.Sum(i);
        }

        sink.Value(_accepted.Sum(0) - ended, name);
    }

    /// <summary>Reads <see cref="Instruments.ConnectionsEnded"/>.</summary>
    public void ReadEnded(MetricSink sink)
    {
        for (int i = 0; i < _ended.Count; i++)
        {
            if (_ended.Sum(i) is > 0 and long sum)
            {
                sink.Value(sum, name, Protocols.Label((ConnectionProtocol)(i / Ends)), WordsOf<ConnectionEnd>.Text(i % Ends));
            }
        }
    }
}
