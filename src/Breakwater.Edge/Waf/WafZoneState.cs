using Breakwater.Edge.Events;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Waf;

/// <summary>What became of a transaction, for the metrics.</summary>
internal enum WafOutcome : byte
{
    /// <summary>No rule had anything to say.</summary>
    Clean,

    /// <summary>Rules matched, and not enough of them.</summary>
    Matched,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It would have been refused; the zone only detects.</summary>
    Detected,

    /// <summary>It could not be inspected, and passed.</summary>
    FailedOpen,

    /// <summary>It could not be inspected, and was refused.</summary>
    FailedClosed,
}

/// <summary>How much of a request's body was inspected.</summary>
internal enum WafBody : byte
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Its first part: it is longer than the limit.</summary>
    FirstPart,

    /// <summary>Its first part: there was no memory for more.</summary>
    NoMemory,

    /// <summary>Nothing: it is a stream of calls, whose end nobody may wait for.</summary>
    Stream,

    /// <summary>What could be decoded of it: its content coding is broken, unknown, or expands too far.</summary>
    Undecodable,
}

/// <summary>What is counted of a zone's firewall, and how many events it has had. Outlives generations; thread-safe.</summary>
internal sealed class WafZoneState(string zone)
{
    private readonly StripedCells _outcomes = new(WordsOf<WafOutcome>.Count);
    private readonly StripedCells _bodies = new(WordsOf<WafBody>.Count);

    /// <summary>The zone's name.</summary>
    public string Zone => zone;

    /// <summary>How many of its transactions become events, and what was only counted.</summary>
    public RuleEvents Events { get; } = new();

    /// <summary>Counts a transaction.</summary>
    public void Count(WafOutcome outcome) => _outcomes.Add((int)outcome, 1);

    /// <summary>Counts a request that has a body.</summary>
    public void Count(WafBody body) => _bodies.Add((int)body, 1);

    /// <summary>Reads <see cref="Instruments.WafTransactions"/>.</summary>
    public void Read(MetricSink sink) => Read<WafOutcome>(_outcomes, sink);

    /// <summary>Reads <see cref="Instruments.WafBodies"/>.</summary>
    public void ReadBodies(MetricSink sink) => Read<WafBody>(_bodies, sink);

    private void Read<TEnum>(StripedCells cells, MetricSink sink)
        where TEnum : unmanaged, Enum
    {
        for (int i = 0; i < cells.Count; i++)
        {
            if (cells.Sum(i) is > 0 and long sum)
            {
                sink.Value(sum, zone, WordsOf<TEnum>.Text(i));
            }
        }
    }
}
