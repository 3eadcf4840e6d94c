using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// The processor URLENCODED, for forms and for query strings: <c>a=1&amp;b=2</c>. Arguments in arrival order, duplicates kept, decoded once
/// as <see cref="UrlDecode"/> does: an escape that is none stays and is noted. Linear; throws on no input. Stateless.
/// </summary>
public static class UrlencodedBody
{
    /// <summary>Reads arguments into the body's ARGS_POST.</summary>
    public static void Parse(ReadOnlySpan<byte> text, InspectedBody into) => Parse(text, into, into.Arguments);

    /// <summary>Reads arguments into a list of the caller's, such as ARGS_GET.</summary>
    public static void Parse(ReadOnlySpan<byte> text, InspectedBody into, MemberList list)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf(into.Limits.ArgumentSeparator);
            ReadOnlySpan<byte> argument = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (argument.IsEmpty) continue;

            int equals = argument.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? argument : argument[..equals];
            ReadOnlySpan<byte> value = equals < 0 ? default : argument[(equals + 1)..];
            if (!TryDecode(name, into, out ByteSlice keptName) || !TryDecode(value, into, out ByteSlice keptValue)) return;
            if (!into.TryAdd(list, keptName, keptValue)) return;
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, InspectedBody into, out ByteSlice decoded)
    {
        decoded = default;
        if (!into.TryReserve(text.Length, out Span<byte> room)) return false;

        if (!text.ContainsAny((byte)'%', (byte)'+'))
        {
            text.CopyTo(room);
            decoded = into.Arena.Commit(text.Length);
            return true;
        }

        int written = UrlDecode.Apply(text, room, out bool hasInvalidEscape);
        into.UrlencodedError |= hasInvalidEscape;
        decoded = into.Arena.Commit(written);
        return true;
    }
}
