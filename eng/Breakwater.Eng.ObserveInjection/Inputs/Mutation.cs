namespace Breakwater.Eng.ObserveInjection.Inputs;

/// <summary>What those do who try to get an attack past a filter: other cases, other blanks, a byte more or less, two halves of two.</summary>
internal static class Mutation
{
    private static readonly string[] Blanks = ["/**/", "\t", "\n", "\v", "\f", "\r", "+", "/*a*/", "  ", "\0", "\u00a0", "--\n", "%20", "()", "/*!*/"];

    private static readonly byte[] Marks = [.. "'\"`()<>=-#/*;,.\\&|+!@$%[]{}^~?: \t\n\v\f\r\0aA1nNxXqQbBeEuU_\u00a0\u0080\u00e9\u00ff".Select(c => (byte)c)];

    public static byte[] Of(byte[] text, byte[] other, Dice dice)
    {
        for (int times = 1 + dice.Below(3); times > 0; times--) text = Once(text, other, dice);
        return text;
    }

    private static byte[] Once(byte[] text, byte[] other, Dice dice)
    {
        int at = dice.Below(text.Length + 1);
        int end = Math.Min(at + 1, text.Length);
        switch (dice.Below(7))
        {
            case 0:
                return [.. text.Select(b => char.IsAsciiLetter((char)b) && dice.OneIn(2) ? (byte)(b ^ 0x20) : b)];
            case 1:
                string blank = dice.Pick(Blanks);
                return [.. text.SelectMany(b => b == ' ' ? blank.Select(c => (byte)c) : [b])];
            case 2:
                return [.. text[..at], dice.Pick(Marks), .. text[at..]];
            case 3:
                return [.. text[..at], .. text[end..]];
            case 4:
                return [.. text[..at], dice.Pick(Marks), .. text[end..]];
            case 5:
                return [.. text[..at], .. other[dice.Below(other.Length + 1)..]];
            default:
                return text[..at];
        }
    }
}
