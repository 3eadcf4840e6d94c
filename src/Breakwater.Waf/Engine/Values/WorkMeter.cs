namespace Breakwater.Waf.Engine;

/// <summary>
/// The work that a transaction may still do, counted in bytes read by operators and transformations. Time is not measured: the same request
/// costs the same on every machine and at every load. Owned by one transaction.
/// </summary>
internal sealed class WorkMeter
{
    /// <summary>What a test costs however short its value is.</summary>
    private const int Fixed = 16;

    private long _left;

    /// <summary>Whether more was asked for than there was.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>What is left to spend.</summary>
    public long Left => _left;

    public void Reset(long bytes)
    {
        _left = bytes;
        IsSpent = false;
    }

    /// <summary>Pays for reading a value once.</summary>
    public void Charge(int length)
    {
        _left -= length + Fixed;
        if (_left < 0) IsSpent = true;
    }

    /// <summary>Memory that could not be had counts as work that could not be done.</summary>
    public void Exhaust() => IsSpent = true;
}
