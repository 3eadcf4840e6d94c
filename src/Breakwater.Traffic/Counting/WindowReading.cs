namespace Breakwater.Traffic;

/// <summary>What a counter said. Immutable.</summary>
/// <param name="Count">How much was counted within the window that ends now, estimated.</param>
/// <param name="Counted">Whether the amount that was brought is in it.</param>
/// <param name="MitigatedUntil">The time, in milliseconds, until which the key is mitigated; 0 when it is not.</param>
/// <param name="WaitMillis">How long until the same amount would be counted, if nothing else comes; 0 when it was.</param>
public readonly record struct WindowReading(double Count, bool Counted, long MitigatedUntil, long WaitMillis)
{
    /// <summary>Whether the key is mitigated now.</summary>
    public bool Mitigated => MitigatedUntil != 0;
}
