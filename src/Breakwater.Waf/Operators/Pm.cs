using Breakwater.Matching;

namespace Breakwater.Waf.Operators;

/// <summary>
/// <c>@pm</c> and <c>@pmFromFile</c>: one of many phrases is somewhere in the value; ASCII letters match in either case. Tells the phrase that
/// starts first.
/// </summary>
public sealed class Pm : Operator
{
    // A scan for all operators at once answers for most values, so that many never need it.
    private readonly Lazy<LiteralSet> _phrases;
    private readonly int[] _lengths;

    private Pm(Lazy<LiteralSet> phrases, int[] lengths, MatchNeeds needs)
    {
        _phrases = phrases;
        _lengths = lengths;
        Needs = needs;
    }

    /// <summary>Bytes held by the phrases' tables.</summary>
    public long MemoryBytes => (_phrases.IsValueCreated ? _phrases.Value.MemoryBytes : 0) + (4L * _lengths.Length);

    internal override MatchNeeds Needs { get; }

    /// <inheritdoc/>
    public override bool IsMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument) => _phrases.Value.ContainsAny(value);

    /// <inheritdoc/>
    public override bool TryMatch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> argument, Span<ByteRange> groups, out int count)
    {
        count = 0;
        int start = _phrases.Value.IndexOfAny(value, out int id);
        if (start < 0) return false;
        if (!groups.IsEmpty) groups[count++] = new ByteRange(start, start + _lengths[id]);
        return true;
    }

    internal static Pm Create(IEnumerable<ReadOnlyMemory<byte>> phrases)
    {
        LiteralSetBuilder builder = new();
        List<int> lengths = [];
        List<byte[]> different = [];
        foreach (ReadOnlyMemory<byte> phrase in phrases)
        {
            if (phrase.IsEmpty) continue;
            int id = builder.Add(phrase.Span, ignoreCase: true);
            if (id < lengths.Count) continue;
            lengths.Add(phrase.Length);
            different.Add(phrase.ToArray());
        }

        MatchNeeds needs = new()
        {
            MinLength = lengths.Count == 0 ? int.MaxValue : lengths.Min(),
            Literals = different,
            IgnoreCase = true,
            Frequency = 0,
            AreSufficient = true,
        };
        return new Pm(new Lazy<LiteralSet>(builder.Build), [.. lengths], needs);
    }
}
