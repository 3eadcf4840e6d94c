using System.Buffers;
using System.Text;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Rules;

/// <summary>What a rate limit says of one client at one moment. Immutable.</summary>
/// <param name="Rule">The id of its rule, as far as a header field can show it.</param>
/// <param name="IsExceeded">Whether the client is over it, or still held to account for having been.</param>
/// <param name="Limit">Requests, or points of score, in a period that are allowed.</param>
/// <param name="Remaining">What is left of them.</param>
/// <param name="PeriodSeconds">The period.</param>
/// <param name="ResetSeconds">In how many seconds requests are taken again, or, while they are, until the count of now has faded.</param>
internal readonly record struct RateLimitReading(
    ReadOnlyMemory<byte> Rule, bool IsExceeded, long Limit, long Remaining, int PeriodSeconds, int ResetSeconds)
{
    private const int MaxName = 64;

    // What stands in a string of a structured field as it is (RFC 9651 §3.3.3).
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(value => (char)value).Where(value => value is not ('"' or '\\'))]);

    /// <summary>For <c>Retry-After</c> (RFC 9110 §10.2.3).</summary>
    public int RetryAfterSeconds => Math.Max(1, ResetSeconds);

    /// <summary>Whether this one is the one to tell of, rather than another that the same request met.</summary>
    public bool IsStricterThan(in RateLimitReading other) =>
        IsExceeded != other.IsExceeded ? IsExceeded : Remaining < other.Remaining;

    /// <summary>A rule's id in the form that <see cref="Rule"/> has.</summary>
    public static byte[] NameOf(string ruleId) =>
        Encoding.ASCII.GetBytes([.. ruleId.Where(NameCharacters.Contains).Take(MaxName)]);

    /// <summary>As events and explanations tell it.</summary>
    public LimitFacts ToFacts() => new(Limit, PeriodSeconds, Remaining, ResetSeconds, IsExceeded);

    /// <summary>Tells the client, in the fields of draft-ietf-httpapi-ratelimit-headers-10.</summary>
    public void WriteTo(HeadEdits edits)
    {
        Set(edits, "RateLimit-Policy"u8, ";q="u8, Limit, ";w="u8, PeriodSeconds);
        Set(edits, "RateLimit"u8, ";r="u8, Remaining, ";t="u8, ResetSeconds);
    }

    private void Set(
        HeadEdits edits, ReadOnlySpan<byte> field, ReadOnlySpan<byte> first, long firstValue, ReadOnlySpan<byte> second, long secondValue)
    {
        Span<byte> room = stackalloc byte[MaxName + 64];
        var value = new HeadWriter(room);
        value.Raw("\""u8);
        value.Raw(Rule.Span);
        value.Raw("\""u8);
        Number(ref value, first, firstValue);
        Number(ref value, second, secondValue);
        edits.Set(field, room[..value.Written]);
    }

    private static void Number(ref HeadWriter value, ReadOnlySpan<byte> name, long number)
    {
        value.Raw(name);
        System.Buffers.Text.Utf8Formatter.TryFormat(number, value.Rest, out int length);
        value.Advance(length);
    }
}
