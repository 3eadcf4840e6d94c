namespace Breakwater.Matching;

/// <summary>With which bytes a match can begin, and whether looking for them beats reading every byte.</summary>
internal static class FirstBytes
{
    /// <summary>
    /// How often letters stand in ordinary requests, out of 10,000 bytes, from 'a' on; a rough figure: it steers speed only.
    /// </summary>
    private static ReadOnlySpan<short> LetterFrequency =>
        [620, 120, 300, 290, 850, 140, 150, 260, 560, 20, 70, 330, 240, 540, 600, 190, 20, 480, 510, 640, 230, 90, 120, 40, 120, 20];

    private const int WorthSkipping = 1000;

    /// <summary>The bytes that a match may begin with; null when a match may be empty or the program is anchored.</summary>
    public static ByteSet? Of(RegexProgram program)
    {
        if (!program.Unanchored)
            return null;
        var seen = new bool[program.Instructions.Length];
        var stack = new Stack<int>([program.Entry]);
        var first = ByteSet.Empty;
        while (stack.TryPop(out int pc))
        {
            if (seen[pc])
                continue;
            seen[pc] = true;
            var instruction = program.Instructions[pc];
            switch (instruction.Op)
            {
                case Op.Match:
                    return null;
                case Op.Set:
                    first |= program.Sets[instruction.Arg];
                    break;
                case Op.Split:
                    stack.Push(instruction.Out);
                    stack.Push(instruction.Arg);
                    break;
                default:
                    stack.Push(instruction.Out);
                    break;
            }
        }
        return first;
    }

    /// <summary>Whether so few bytes of an ordinary text are in the set that leaping from one to the next pays.</summary>
    public static bool AreRare(ByteSet set)
    {
        int sum = 0;
        for (int value = 0; value < 256; value++)
        {
            if (set.Contains(value))
                sum += Frequency(value);
        }
        return sum <= WorthSkipping;
    }

    public static byte[] List(ByteSet set)
    {
        var list = new List<byte>();
        for (int value = 0; value < 256; value++)
        {
            if (set.Contains(value))
                list.Add((byte)value);
        }
        return [.. list];
    }

    private static int Frequency(int value) => value switch
    {
        >= 'a' and <= 'z' => LetterFrequency[value - 'a'],
        >= 'A' and <= 'Z' => LetterFrequency[value - 'A'] / 8,
        >= '0' and <= '9' => 120,
        ' ' => 900,
        '-' or '.' or '/' or '_' or '=' or '&' or '%' or ',' or '"' or ':' => 100,
        > 0x20 and < 0x7F => 40,
        _ => 8,
    };
}
