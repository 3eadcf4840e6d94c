namespace Breakwater.Waf.Engine;

/// <summary>
/// What the running rule matched: MATCHED_VAR, MATCHED_VARS and their names. The lists hold what one link of a chain matched, and the next link
/// reads it. Owned by one transaction.
/// </summary>
internal sealed class MatchedVariables
{
    private const int KeptRoom = 128;

    private WafTarget[] _all = [];
    private int _count;

    /// <summary>The last one; without a value before the first.</summary>
    public WafTarget Last { get; private set; } = None;

    public ReadOnlySpan<WafTarget> All => _all.AsSpan(0, _count);

    private static WafTarget None => new(default, TransactionMemory.Absent, TransactionMemory.Absent);

    public void Reset()
    {
        Last = None;
        _count = 0;
        if (_all.Length > KeptRoom) _all = [];
    }

    /// <summary>Empties the lists; the last one stays.</summary>
    public void Clear() => _count = 0;

    public void Add(WafTarget target)
    {
        Last = target;
        if (_count == _all.Length) Array.Resize(ref _all, Math.Max(32, 2 * _count));
        _all[_count++] = target;
    }
}
