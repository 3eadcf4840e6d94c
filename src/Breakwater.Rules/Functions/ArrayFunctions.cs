using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary><c>split()</c></summary>
internal sealed class SplitFunction(int register, Node<ReadOnlySpan<byte>> source, byte[] separator, int limit)
    : Sequence<ReadOnlySpan<byte>>
{
    // Registers: the text's slice; start of what is not split yet, or -1; start and length of the element; elements so far.
    public const int RegisterCount = 5;

    public override double Cost => source.Cost + 60;

    public override bool Open(EvaluationContext context)
    {
        // The text is kept: it may be the result of a function, and is needed for each element.
        if (!source.TryGet(context, out ReadOnlySpan<byte> text)
            || !context.Scratch.TryReserve(text.Length, out ScratchSlice slice)) return false;
        text.CopyTo(context.Scratch.Get(slice));
        context.Registers[register] = slice.Packed;
        context.Registers[register + 1] = 0;
        context.Registers[register + 4] = 0;
        return true;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        Span<long> registers = context.Registers.AsSpan(register, RegisterCount);
        int start = (int)registers[1];
        if (start < 0) return false;
        ReadOnlySpan<byte> rest = context.Scratch.Get(ScratchSlice.Unpack(registers[0]))[start..];
        int length = ++registers[4] == limit ? -1 : rest.IndexOf(separator);
        registers[1] = length < 0 ? -1 : start + length + separator.Length;
        registers[2] = start;
        registers[3] = length < 0 ? rest.Length : length;
        return true;
    }

    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        Span<long> registers = context.Registers.AsSpan(register, RegisterCount);
        value = context.Scratch.Get(ScratchSlice.Unpack(registers[0])).Slice((int)registers[2], (int)registers[3]);
        return true;
    }
}

/// <summary><c>concat()</c> of arrays: the elements of each in turn; a missing array counts as empty.</summary>
internal sealed class ConcatSequence<T>(int register, Sequence<T>[] arrays) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => arrays.Sum(a => a.Cost);

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = -1;
        return true;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        while (true)
        {
            int at = (int)context.Registers[register];
            if (at >= 0 && arrays[at].MoveNext(context)) return true;
            do
            {
                if (++at >= arrays.Length) return false;
            }
            while (!arrays[at].Open(context));
            context.Registers[register] = at;
        }
    }

    public override bool TryGetCurrent(EvaluationContext context, out T value) =>
        arrays[(int)context.Registers[register]].TryGetCurrent(context, out value);
}

/// <summary><c>len()</c> of an array.</summary>
internal sealed class CountFunction<T>(Sequence<T> array) : Node<long>
    where T : allows ref struct
{
    public override double Cost => array.Cost + 5;

    public override bool TryGet(EvaluationContext context, out long value)
    {
        value = 0;
        if (!array.Open(context)) return false;
        while (array.MoveNext(context))
        {
            (int, int) mark = context.Scratch.Mark;
            if (array.TryGetCurrent(context, out _)) value++;
            context.Scratch.Release(mark);
        }

        return true;
    }
}

/// <summary><c>has_key()</c></summary>
internal sealed class HasKeyFunction(FieldId map, Node<ReadOnlySpan<byte>> key) : Node<bool>
{
    public override double Cost => key.Cost + 15;

    public override bool TryGet(EvaluationContext context, out bool value)
    {
        bool there = context.Values.GetCount(map) >= 0 & key.TryGet(context, out ReadOnlySpan<byte> name);
        value = there && context.Values.FindEntry(map, name, 0) >= 0;
        return there;
    }
}

/// <summary><c>has_value()</c> of an array of strings.</summary>
internal sealed class HasTextFunction(Sequence<ReadOnlySpan<byte>> array, Node<ReadOnlySpan<byte>> wanted) : Node<bool>
{
    public override double Cost => array.Cost + wanted.Cost + 20;

    public override bool TryGet(EvaluationContext context, out bool value)
    {
        value = false;
        if (!wanted.TryGet(context, out ReadOnlySpan<byte> text) || !array.Open(context)) return false;
        while (!value && array.MoveNext(context))
        {
            (int, int) mark = context.Scratch.Mark;
            value = array.TryGetCurrent(context, out ReadOnlySpan<byte> element) && element.SequenceEqual(text);
            context.Scratch.Release(mark);
        }

        return true;
    }
}

/// <summary><c>has_value()</c> of an array of integers, addresses or Booleans.</summary>
internal sealed class HasValueFunction<T>(Sequence<T> array, Node<T> wanted) : Node<bool>
    where T : struct, IEquatable<T>
{
    public override double Cost => array.Cost + wanted.Cost + 20;

    public override bool TryGet(EvaluationContext context, out bool value)
    {
        value = false;
        if (!wanted.TryGet(context, out T number) || !array.Open(context)) return false;
        while (!value && array.MoveNext(context)) value = array.TryGetCurrent(context, out T element) && element.Equals(number);
        return true;
    }
}
