using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// An extra pass over arguments that hold text in Base64 (RFC 4648 §4 or §5): the text becomes one more argument of the same name. Only where
/// the whole value is Base64 and what it holds is text, or every long token would be one. Linear; throws on no input. Stateless.
/// </summary>
public static class Base64Pass
{
    private const int ShortestValue = 16;

    /// <summary>Decodes the values of the arguments that are there now.</summary>
    public static void Parse(InspectedBody into)
    {
        ArgumentNullException.ThrowIfNull(into);
        int count = into.Arguments.Count;
        for (int i = 0; i < count; i++)
        {
            Member argument = into.Arguments.Members[i];
            if (argument.Value.Length < ShortestValue || !Looks(into.Arena[argument.Value])) continue;
            if (!into.TryReserve(argument.Value.Length, out Span<byte> room)) return;
            int length = Decode(into.Arena[argument.Value], room);
            if (IsText(room[..length]) && !into.TryAdd(into.Arguments, argument.Name, into.Arena.Commit(length))) return;
        }
    }

    private static bool Looks(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> digits = value.TrimEnd((byte)'=');
        if (value.Length - digits.Length > 2 || digits.Length % 4 == 1) return false;
        foreach (byte b in digits)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'+' or (byte)'/' or (byte)'-' or (byte)'_')) return false;
        }

        return true;
    }

    private static int Decode(ReadOnlySpan<byte> value, Span<byte> output)
    {
        ReadOnlySpan<byte> values = Base64Decode.Values;
        int written = 0, taken = 0;
        uint bits = 0;
        foreach (byte b in value.TrimEnd((byte)'='))
        {
            byte digit = b switch { (byte)'-' => 62, (byte)'_' => 63, _ => values[b] };
            bits = (bits << 6) | digit;
            if (taken++ % 4 > 0) output[written++] = (byte)(bits >> (6 - (((taken - 1) % 4) * 2)));
        }

        return written;
    }

    /// <summary>Whether at least nine of ten bytes are printable ASCII or white space, and none is a NUL.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        int printable = 0;
        foreach (byte b in bytes)
        {
            if (b == 0) return false;
            if (b is >= 0x20 and < 0x7F || Blank.Is(b)) printable++;
        }

        return printable * 10L >= bytes.Length * 9L;
    }
}
