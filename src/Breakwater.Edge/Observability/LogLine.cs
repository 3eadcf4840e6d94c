using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Observability;

/// <summary>A form of the access log's lines. Immutable.</summary>
internal abstract class LogLine
{
    /// <summary>How times are formatted, to the second.</summary>
    public abstract string SecondsFormat { get; }

    /// <summary>Writes the line of an exchange, with its line feed.</summary>
    /// <param name="line">Where to.</param>
    /// <param name="exchange">The exchange, over and not yet cleared.</param>
    /// <param name="start">When its request came, in UTC.</param>
    /// <param name="seconds">Formats <paramref name="start"/>.</param>
    public abstract void Write(ref LineBuilder line, Exchange exchange, DateTime start, LogSeconds seconds);
}
