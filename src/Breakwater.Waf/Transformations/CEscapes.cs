namespace Breakwater.Waf.Transformations;

/// <summary>The escapes that C, JavaScript and shells have in common. Stateless.</summary>
internal static class CEscapes
{
    /// <summary>The control character that a letter after a backslash stands for, or 0.</summary>
    public static byte Control(byte letter) => letter switch
    {
        (byte)'a' => 7,
        (byte)'b' => 8,
        (byte)'t' => 9,
        (byte)'n' => 10,
        (byte)'v' => 11,
        (byte)'f' => 12,
        (byte)'r' => 13,
        _ => 0,
    };

    /// <summary>How many octal digits, at most three, stand at <paramref name="at"/>.</summary>
    public static int OctalDigits(ReadOnlySpan<byte> text, int at)
    {
        int count = 0;
        while (count < 3 && at + count < text.Length && text[at + count] is >= (byte)'0' and <= (byte)'7') count++;
        return count;
    }

    /// <summary>The low byte of an octal number.</summary>
    public static byte Octal(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits) value = (value * 8) + (digit - '0');
        return (byte)value;
    }
}
