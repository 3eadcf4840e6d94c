using System.Collections.Frozen;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// The fingerprints of attacks, learned by eng/Breakwater.Eng.ObserveInjection (sql-fingerprints.txt); they do not tell small letters from
/// capitals. Immutable, thread-safe.
/// </summary>
internal static class SqlFingerprints
{
    private static readonly FrozenSet<ulong> Keys = LearnedTable.Lines("sql-fingerprints.txt").Select(l => SqlFingerprint.Parse(l).Key).ToFrozenSet();

    public static bool Contains(SqlFingerprint fingerprint) => Keys.Contains(fingerprint.Key);
}
