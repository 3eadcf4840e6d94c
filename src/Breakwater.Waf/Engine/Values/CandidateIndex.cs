using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The operators whose answer for a value is worth remembering, each with a bit: those with fixed arguments. Immutable and thread-safe.
/// </summary>
internal sealed class CandidateIndex
{
    private readonly int _count;

    public CandidateIndex(IReadOnlyList<Operator> operators) => _count = operators.Count;

    public static CandidateIndex None { get; } = new([]);

    public int WordCount => (_count + 63) >> 6;

    /// <summary>Says for each operator whether it may hold for a value; a clear bit is certain.</summary>
    public void Scan(ReadOnlySpan<byte> value, Span<ulong> candidates) => candidates.Fill(ulong.MaxValue);
}
