using System.Diagnostics;

namespace Breakwater.Waf.Engine;

/// <summary>
/// How long the rules of a program take: filled by the transactions that are given it. What many rules share, such as the one reading of a
/// value for all operators, is told of the first rule that needs it. Thread-safe.
/// </summary>
public sealed class WafProfile
{
    private readonly long[] _ticks;
    private readonly long[] _evaluations;
    private long _transactions;

    /// <summary>An empty one.</summary>
    public WafProfile(WafProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        _ticks = new long[program.Rules.Length];
        _evaluations = new long[program.Rules.Length];
    }

    /// <summary>How many transactions were timed.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>How often a rule of the program ran, and what that took in all, in microseconds.</summary>
    public (long Evaluations, double Micros) Of(WafRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return (Volatile.Read(ref _evaluations[rule.Ordinal]), Volatile.Read(ref _ticks[rule.Ordinal]) * 1e6 / Stopwatch.Frequency);
    }

    internal void CountTransaction() => Interlocked.Increment(ref _transactions);

    internal void Add(WafRule rule, long ticks)
    {
        Interlocked.Increment(ref _evaluations[rule.Ordinal]);
        Interlocked.Add(ref _ticks[rule.Ordinal], ticks);
    }
}
