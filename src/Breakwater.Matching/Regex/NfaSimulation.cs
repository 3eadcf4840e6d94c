namespace Breakwater.Matching;

/// <summary>
/// Runs a program without captures by following all its threads at once: existence of a match, and the positions at which a lookaround
/// holds. Time is at most the text's length times the program's; the fallback where a <see cref="LazyDfa"/> does not pay. Stateless.
/// </summary>
internal static class NfaSimulation
{
    /// <summary>Whether the program matches anywhere from <paramref name="start"/> on.</summary>
    public static bool IsMatch(RegexProgram program, ReadOnlySpan<byte> input, int start)
    {
        MarkLookarounds(program, input);
        var scratch = NfaScratch.Rent(program);
        int count = 0;
        scratch.Advance();
        if (Follow(program, scratch, scratch.Threads, input, start, program.Start, ref count))
            return true;
        for (int at = start; at < input.Length && count > 0; at++)
        {
            if (Step(program, scratch, input, at, at + 1, ref count))
                return true;
        }
        return false;
    }

    /// <summary>Notes in the scratch's oracle where each lookaround of the program holds.</summary>
    public static void MarkLookarounds(RegexProgram program, ReadOnlySpan<byte> input)
    {
        if (program.Lookarounds.Length == 0)
            return;
        int words = OracleWords(input);
        var scratch = NfaScratch.Rent(program);
        if (scratch.Oracle.Length < words * program.Lookarounds.Length)
            scratch.Oracle = new ulong[words * program.Lookarounds.Length * 2];
        for (int i = 0; i < program.Lookarounds.Length; i++)
            Mark(program.Lookarounds[i], input, scratch.Oracle.AsSpan(i * words, words));
    }

    public static int OracleWords(ReadOnlySpan<byte> input) => (input.Length >> 6) + 1;

    private static void Mark(Lookaround lookaround, ReadOnlySpan<byte> input, Span<ulong> holds)
    {
        holds.Clear();
        var program = lookaround.Program;
        var scratch = NfaScratch.Rent(program);
        int count = 0;
        scratch.Advance();
        int at = lookaround.Ahead ? input.Length : 0;
        int last = input.Length - at;
        bool match = Follow(program, scratch, scratch.Threads, input, at, program.Start, ref count);
        while (true)
        {
            if (match)
                holds[at >> 6] |= 1UL << (at & 63);
            if (at == last)
                break;
            int next = lookaround.Ahead ? at - 1 : at + 1;
            match = Step(program, scratch, input, Math.Min(at, next), next, ref count);
            at = next;
        }
        if (!lookaround.Negative)
            return;
        foreach (ref ulong word in holds)
            word = ~word;
    }

    /// <summary>Moves all threads over the byte at <paramref name="read"/> to position <paramref name="at"/>; true when one reaches a match.</summary>
    private static bool Step(RegexProgram program, NfaScratch scratch, ReadOnlySpan<byte> input, int read, int at, ref int count)
    {
        int byteClass = program.ClassOf[input[read]];
        int[] threads = scratch.Threads;
        int moved = 0;
        bool match = false;
        scratch.Advance();
        for (int i = 0; i < count; i++)
        {
            ref readonly var instruction = ref program.Instructions[threads[i]];
            if (program.Accept(instruction.Arg, byteClass))
                match |= Follow(program, scratch, scratch.NextThreads, input, at, instruction.Out, ref moved);
        }
        scratch.Swap();
        count = moved;
        return match;
    }

    /// <summary>Adds what can be reached from an instruction without reading; true when a match is among it.</summary>
    private static bool Follow(
        RegexProgram program, NfaScratch scratch, int[] threads, ReadOnlySpan<byte> input, int at, int first, ref int count)
    {
        int[] stack = scratch.Stack;
        int depth = 0;
        bool match = false;
        stack[depth++] = first;
        while (depth > 0)
        {
            int pc = stack[--depth];
            if (!scratch.Visit(pc))
                continue;
            ref readonly var instruction = ref program.Instructions[pc];
            switch (instruction.Op)
            {
                case Op.Set:
                    threads[count++] = pc;
                    break;
                case Op.Split:
                    stack[depth++] = instruction.Arg;
                    stack[depth++] = instruction.Out;
                    break;
                case Op.Match:
                    match = true;
                    break;
                default:
                    if (Passes(program, scratch, in instruction, input, at))
                        stack[depth++] = instruction.Out;
                    break;
            }
        }
        return match;
    }

    /// <summary>Whether a condition holds at a position; a save always lets through.</summary>
    public static bool Passes(RegexProgram program, NfaScratch scratch, in Instruction instruction, ReadOnlySpan<byte> input, int at)
    {
        switch (instruction.Op)
        {
            case Op.Look:
                return program.Looks[instruction.Arg].Holds(at > 0 ? input[at - 1] : -1, at < input.Length ? input[at] : -1);
            case Op.Lookaround:
                return (scratch.Oracle[instruction.Arg * OracleWords(input) + (at >> 6)] >> (at & 63) & 1) != 0;
            default:
                return true;
        }
    }
}
