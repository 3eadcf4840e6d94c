using System.Globalization;
using System.Text;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Rules;

/// <summary>What a rate limit says of one client at one moment. Immutable.</summary>
/// <param name="Rule">The id of its rule.</param>
/// <param name="IsExceeded">Whether the client is over it, or still held to account for having been.</param>
/// <param name="Limit">Requests, or points of score, in a period that are allowed.</param>
/// <param name="Remaining">What is left of them.</param>
/// <param name="PeriodSeconds">The period.</param>
/// <param name="ResetSeconds">In how many seconds requests are taken again, or, while they are, until the count of now has faded.</param>
internal readonly record struct RateLimitReading(string Rule, bool IsExceeded, long Limit, long Remaining, int PeriodSeconds, int ResetSeconds)
{
    /// <summary>For <c>Retry-After</c> (RFC 9110 §10.2.3).</summary>
    public int RetryAfterSeconds => Math.Max(1, ResetSeconds);

    /// <summary>Tells the client, in the fields of draft-ietf-httpapi-ratelimit-headers-10.</summary>
    public void WriteTo(HeadEdits edits)
    {
        Set(edits, "RateLimit-Policy"u8, string.Create(CultureInfo.InvariantCulture, $"\"{Rule}\";q={Limit};w={PeriodSeconds}"));
        Set(edits, "RateLimit"u8, string.Create(CultureInfo.InvariantCulture, $"\"{Rule}\";r={Remaining};t={ResetSeconds}"));
    }

    private static void Set(HeadEdits edits, ReadOnlySpan<byte> name, string value)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (Encoding.ASCII.TryGetBytes(value, bytes, out int length))
        {
            edits.Set(name, bytes[..length]);
        }
    }
}
