using System.Text;

namespace Breakwater.Matching;

/// <summary>
/// Finds the leftmost-first match and its groups by Pike's method: all threads at once, each with its slots, in order of priority.
/// Time is at most the text's length times the program's. Stateless.
/// </summary>
internal static class PikeVm
{
    /// <summary>
    /// Searches from <paramref name="start"/> (only there, when anchored). On a match fills the slots: start and end of group 0, of
    /// group 1, …; -1 for a group that took no part. Slots 0 and 1 at least are needed.
    /// </summary>
    public static bool Search(RegexProgram program, ReadOnlySpan<byte> input, int start, bool anchored, Span<int> slots)
    {
        NfaSimulation.MarkLookarounds(program, input);
        var scratch = NfaScratch.Rent(program);
        scratch.FitSlots(program.Instructions.Length, slots.Length);
        Span<int> work = stackalloc int[slots.Length];
        bool matched = false;
        int count = 0;
        scratch.Advance();
        // The start's threads are followed into the "next" list like all others, so that they join it after those that came earlier.
        for (int at = start; ; at++)
        {
            if (!matched && (!anchored || at == start))
            {
                work.Fill(-1);
                work[0] = at;
                scratch.Swap();
                Follow(program, scratch, input, at, program.Entry, work, ref count);
                scratch.Swap();
            }
            if (count == 0 && (matched || anchored))
                return matched;
            matched |= Step(program, scratch, input, at, slots, work, ref count);
            if (at == input.Length)
                return matched;
        }
    }

    /// <summary>Moves the threads over the byte at <paramref name="at"/>; the first that is at a match ends those after it.</summary>
    private static bool Step(
        RegexProgram program, NfaScratch scratch, ReadOnlySpan<byte> input, int at, Span<int> slots, Span<int> work, ref int count)
    {
        int byteClass = at < input.Length ? program.ClassOf[input[at]] : -1;
        int[] threads = scratch.Threads;
        int moved = 0;
        bool matched = false;
        scratch.Advance();
        for (int i = 0; i < count; i++)
        {
            ref readonly var instruction = ref program.Instructions[threads[i]];
            var own = scratch.Slots.AsSpan(i * slots.Length, slots.Length);
            if (instruction.Op == Op.Match)
            {
                own.CopyTo(slots);
                slots[1] = at;
                matched = true;
                break;
            }
            if (byteClass >= 0 && program.Accept(instruction.Arg, byteClass))
            {
                own.CopyTo(work);
                Follow(program, scratch, input, at + 1, instruction.Out, work, ref moved);
            }
        }
        scratch.Swap();
        count = moved;
        return matched;
    }

    /// <summary>Adds to the next threads what can be reached without reading, best first, each with the slots of its way.</summary>
    private static void Follow(
        RegexProgram program, NfaScratch scratch, ReadOnlySpan<byte> input, int at, int first, Span<int> work, ref int count)
    {
        int[] stack = scratch.Stack;
        int depth = 0, wordSlot = 2 * program.WordGroup;
        stack[depth++] = first;
        while (depth > 0)
        {
            int pc = stack[--depth];
            if (pc < 0)
            {
                work[~pc] = stack[--depth];
                continue;
            }
            if (wordSlot < 0 ? !scratch.Visit(pc) : !scratch.Visit(pc, work[wordSlot]))
                continue;
            ref readonly var instruction = ref program.Instructions[pc];
            switch (instruction.Op)
            {
                case Op.Set or Op.Match:
                    if ((count + 1) * work.Length > scratch.NextSlots.Length)
                        scratch.GrowNextSlots();
                    if (count == scratch.NextThreads.Length)
                        scratch.GrowNextThreads();
                    work.CopyTo(scratch.NextSlots.AsSpan(count * work.Length));
                    scratch.NextThreads[count++] = pc;
                    break;
                case Op.Split:
                    stack[depth++] = instruction.Arg;
                    stack[depth++] = instruction.Out;
                    break;
                default:
                    if (instruction.Op == Op.Save && instruction.Arg < work.Length)
                    {
                        stack[depth++] = work[instruction.Arg];
                        stack[depth++] = ~instruction.Arg;
                        work[instruction.Arg] = at;
                    }
                    if (instruction.Op == Op.SameWord
                        ? IsSameWord(input, at, instruction.Arg, work)
                        : NfaSimulation.Passes(program, scratch, in instruction, input, at))
                    {
                        stack[depth++] = instruction.Out;
                    }
                    break;
            }
        }
    }

    /// <summary>Whether the word that begins here is (or, by the argument, is not) the one that the group holds.</summary>
    private static bool IsSameWord(ReadOnlySpan<byte> input, int at, int argument, ReadOnlySpan<int> slots)
    {
        int start = slots[2 * (argument >> 2)], length = slots[2 * (argument >> 2) + 1] - start;
        bool same = start >= 0 && length > 0 && at + length <= input.Length
            && (at == 0 || !ByteSet.Word.Contains(input[at - 1]))
            && (at + length == input.Length || !ByteSet.Word.Contains(input[at + length]));
        if (same)
        {
            var word = input.Slice(start, length);
            var here = input.Slice(at, length);
            same = (argument & 2) != 0 ? Ascii.EqualsIgnoreCase(word, here) : word.SequenceEqual(here);
        }
        return same == ((argument & 1) == 0);
    }
}
