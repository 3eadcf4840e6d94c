namespace Breakwater.Matching;

/// <summary>With which bytes a match can begin, and whether looking for them beats reading every byte.</summary>
internal static class FirstBytes
{
    /// <summary>
    /// The common bytes of requests have a rarity near 255; so a set of this sum holds a few of them, or some dozens of rare ones.
    /// </summary>
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
                sum += value < 0x80 ? ByteRarity.Of((byte)value) : 0;
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
}
