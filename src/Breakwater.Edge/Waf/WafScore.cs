using System.Buffers.Text;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>
/// What the rules found of a request, in points, as the variables of the Core Rule Set hold it. Immutable.
/// </summary>
/// <param name="Total">Points of the levels that are judged.</param>
/// <param name="Threshold">From how many a request is refused; 0 where the rules do not score.</param>
/// <param name="Sqli">Those for SQL injection.</param>
/// <param name="Xss">Those for cross-site scripting.</param>
/// <param name="Rce">Those for remote code execution.</param>
internal readonly record struct WafScore(int Total, int Threshold, int Sqli, int Xss, int Rce)
{
    /// <summary>Reads the points of a transaction whose rules about requests have run.</summary>
    public static WafScore Of(WafTransaction transaction) => new(
        // CRS 4 and the built-in rules, then CRS 3.
        First(transaction, "blocking_inbound_anomaly_score"u8, "anomaly_score"u8),
        Value(transaction, "inbound_anomaly_score_threshold"u8),
        Value(transaction, "sql_injection_score"u8),
        Value(transaction, "xss_score"u8),
        Value(transaction, "rce_score"u8));

    /// <summary>The points of a response.</summary>
    public static int Outbound(WafTransaction transaction) =>
        First(transaction, "blocking_outbound_anomaly_score"u8, "outbound_anomaly_score"u8);

    /// <summary>
    /// Points as an attack score of the rules language: 99 for none, 50 down to 21 below the threshold, 20 down to 1 from there on. It says nothing
    /// that the points do not; it is no probability.
    /// </summary>
    public int Scale(int points)
    {
        int threshold = Math.Max(Threshold, 1);
        return points <= 0 ? 99
            : points < threshold ? 50 - 29 * points / threshold
            : Math.Max(20 - (points - threshold), 1);
    }

    /// <summary>The class of an attack score: <c>attack</c>, <c>likely_attack</c>, <c>likely_clean</c> or <c>clean</c>.</summary>
    public static ReadOnlySpan<byte> ClassOf(int score) => score switch
    {
        <= 20 => "attack"u8,
        <= 50 => "likely_attack"u8,
        <= 80 => "likely_clean"u8,
        _ => "clean"u8,
    };

    private static int First(WafTransaction transaction, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        transaction.TxValue(one).IsEmpty ? Value(transaction, other) : Value(transaction, one);

    private static int Value(WafTransaction transaction, ReadOnlySpan<byte> name) =>
        Utf8Parser.TryParse(transaction.TxValue(name), out int value, out _) ? value : 0;
}
