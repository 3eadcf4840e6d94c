using System.Buffers;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The trace that a request belongs to (W3C Trace Context, level 1). The edge passes traceparent and tracestate on as they came, and makes
/// none: a trace begins where somebody records spans.
/// </summary>
internal static class TraceContext
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    // version "-" trace-id "-" parent-id "-" flags
    private const int TraceIdStart = 3, TraceIdLength = 32, ParentStart = 36, FlagsStart = 53, MinLength = 55;

    /// <summary>The trace's id: 32 lower-case hex digits. False when there is no traceparent, several, or an invalid one (§3.2).</summary>
    public static bool TryGetTraceId(RequestHead request, out ReadOnlySpan<byte> traceId)
    {
        traceId = default;
        int at = request.IndexOf(KnownField.TraceParent);
        if (at < 0 || request.IndexOf(KnownField.TraceParent, at + 1) >= 0 || !IsValid(request.Value(at)))
        {
            return false;
        }

        traceId = request.Value(at).Slice(TraceIdStart, TraceIdLength);
        return true;
    }

    private static bool IsValid(ReadOnlySpan<byte> value)
    {
        if (value.Length < MinLength || value[TraceIdStart - 1] != '-' || value[ParentStart - 1] != '-' || value[FlagsStart - 1] != '-')
        {
            return false;
        }

        // Version ff is forbidden; 00 is exactly this long; later ones may go on behind another hyphen.
        ReadOnlySpan<byte> version = value[..2];
        bool lengthFits = version.SequenceEqual("00"u8) ? value.Length == MinLength : value.Length == MinLength || value[MinLength] == '-';
        return lengthFits && !version.SequenceEqual("ff"u8) && IsHex(version)
            && IsId(value.Slice(TraceIdStart, TraceIdLength)) && IsId(value[ParentStart..(FlagsStart - 1)])
            && IsHex(value[FlagsStart..MinLength]);
    }

    private static bool IsId(ReadOnlySpan<byte> text) => IsHex(text) && text.ContainsAnyExcept((byte)'0');

    private static bool IsHex(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(HexDigits);
}
