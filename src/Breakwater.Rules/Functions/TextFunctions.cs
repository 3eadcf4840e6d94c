using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Functions;

/// <summary>A function of one string that yields a string.</summary>
internal abstract class TextFunction(Node<ReadOnlySpan<byte>> source) : Node<ReadOnlySpan<byte>>
{
    public override double Cost => source.Cost + 20;

    public override bool IsConstant => source.IsConstant;

    public sealed override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value) =>
        source.TryGet(context, out value) && TryApply(context.Scratch, ref value);

    /// <summary>Puts the result in the place of the argument; false when there is none.</summary>
    protected abstract bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value);
}

/// <summary><c>lower()</c> and <c>upper()</c>.</summary>
internal sealed class CaseFunction(Node<ReadOnlySpan<byte>> source, bool toLower) : TextFunction(source)
{
    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        int first = toLower ? value.IndexOfAnyInRange((byte)'A', (byte)'Z') : value.IndexOfAnyInRange((byte)'a', (byte)'z');
        if (first < 0) return true;
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        // Ascii leaves bytes above 127 alone only if it is told to stop at them, so they are copied piece by piece.
        int done = 0;
        while (done < value.Length)
        {
            OperationStatus status = toLower
                ? Ascii.ToLower(value[done..], result[done..], out int written)
                : Ascii.ToUpper(value[done..], result[done..], out written);
            done += written;
            if (status != OperationStatus.InvalidData) break;
            do
            {
                result[done] = value[done];
            }
            while (++done < value.Length && value[done] >= 0x80);
        }

        value = result;
        return true;
    }
}

/// <summary><c>remove_bytes()</c></summary>
internal sealed class RemoveBytesFunction(Node<ReadOnlySpan<byte>> source, byte[] removed) : TextFunction(source)
{
    private readonly SearchValues<byte> _removed = SearchValues.Create(removed);

    protected override bool TryApply(ScratchMemory scratch, ref ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny(_removed)) return true;
        if (!scratch.TryReserve(value.Length, out Span<byte> result)) return false;
        int length = 0;
        while (!value.IsEmpty)
        {
            int keep = value.IndexOfAny(_removed);
            if (keep < 0) keep = value.Length;
            value[..keep].CopyTo(result[length..]);
            length += keep;
            value = value[Math.Min(keep + 1, value.Length)..];
        }

        scratch.Trim(result.Length - length);
        value = result[..length];
        return true;
    }
}

/// <summary><c>substring()</c>: places count from the start, negative ones from the end; places outside are cut to the string.</summary>
internal sealed class SubstringFunction(Node<ReadOnlySpan<byte>> source, Node<long> start, Node<long>? end) : Node<ReadOnlySpan<byte>>
{
    public override double Cost => source.Cost + start.Cost + 3;

    public override bool IsConstant => source.IsConstant && start.IsConstant && end is null or { IsConstant: true };

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        long to = long.MaxValue;
        if (!source.TryGet(context, out value) || !start.TryGet(context, out long from)) return false;
        if (end is not null && !end.TryGet(context, out to)) return false;
        int first = Place(from, value.Length), last = Place(to, value.Length);
        value = first < last ? value[first..last] : default;
        return true;
    }

    private static int Place(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);
}

/// <summary><c>concat()</c> of single values; a missing one counts as empty.</summary>
internal sealed class ConcatFunction(Node<ReadOnlySpan<byte>>[] parts) : Node<ReadOnlySpan<byte>>
{
    public override double Cost => parts.Sum(p => p.Cost) + 15;

    public override bool IsConstant => parts.All(p => p.IsConstant);

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        var writer = new ScratchWriter(context.Scratch);
        foreach (Node<ReadOnlySpan<byte>> part in parts)
        {
            (int, int) mark = context.Scratch.Mark;
            if (part.TryGet(context, out ReadOnlySpan<byte> text)) writer.AppendAndRelease(text, mark);
        }

        value = writer.Written;
        return !writer.Failed;
    }
}

/// <summary><c>join()</c></summary>
internal sealed class JoinFunction(Sequence<ReadOnlySpan<byte>> items, Node<ReadOnlySpan<byte>> separator) : Node<ReadOnlySpan<byte>>
{
    public override double Cost => items.Cost + separator.Cost + 50;

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!separator.TryGet(context, out ReadOnlySpan<byte> between) || !items.Open(context)) return false;
        var writer = new ScratchWriter(context.Scratch);
        bool first = true;
        while (items.MoveNext(context))
        {
            (int, int) mark = context.Scratch.Mark;
            if (!items.TryGetCurrent(context, out ReadOnlySpan<byte> item)) continue;
            if (!first) writer.Append(between);
            first = false;
            writer.AppendAndRelease(item, mark);
        }

        value = writer.Written;
        return !writer.Failed;
    }
}

/// <summary><c>to_string()</c> of an integer, a Boolean or an address.</summary>
internal sealed class ToStringFunction<T>(Node<T> source) : Node<ReadOnlySpan<byte>>
    where T : struct
{
    public override double Cost => source.Cost + 15;

    public override bool IsConstant => source.IsConstant;

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!source.TryGet(context, out T result)) return false;
        if (typeof(T) == typeof(bool))
        {
            value = (bool)(object)result ? "true"u8 : "false"u8;
            return true;
        }

        if (!context.Scratch.TryReserve(IpValue.MaxTextLength, out Span<byte> text)) return false;
        int length;
        if (typeof(T) == typeof(IpValue)) ((IpValue)(object)result).TryFormat(text, out length);
        else Utf8Formatter.TryFormat((long)(object)result, text, out length);
        context.Scratch.Trim(text.Length - length);
        value = text[..length];
        return true;
    }
}

/// <summary><c>len()</c> of a string.</summary>
internal sealed class LengthFunction(Node<ReadOnlySpan<byte>> source) : Node<long>
{
    public override double Cost => source.Cost + 1;

    public override bool IsConstant => source.IsConstant;

    public override bool TryGet(EvaluationContext context, out long value)
    {
        bool there = source.TryGet(context, out ReadOnlySpan<byte> text);
        value = text.Length;
        return there;
    }
}

/// <summary><c>starts_with()</c> and <c>ends_with()</c> of something that is not known when the expression is compiled.</summary>
internal sealed class AffixFunction(Node<ReadOnlySpan<byte>> source, Node<ReadOnlySpan<byte>> affix, bool atStart) : Node<bool>
{
    public override double Cost => source.Cost + affix.Cost + 3;

    public override bool TryGet(EvaluationContext context, out bool value)
    {
        bool there = source.TryGet(context, out ReadOnlySpan<byte> text) & affix.TryGet(context, out ReadOnlySpan<byte> part);
        value = there && (atStart ? text.StartsWith(part) : text.EndsWith(part));
        return there;
    }
}

/// <summary><c>coalesce()</c>: the first value that is there.</summary>
internal sealed class CoalesceFunction<T>(Node<T>[] choices) : Node<T>
    where T : allows ref struct
{
    public override double Cost => choices.Sum(c => c.Cost);

    public override bool IsConstant => choices.All(c => c.IsConstant);

    public override bool TryGet(EvaluationContext context, out T value)
    {
        foreach (Node<T> choice in choices)
        {
            if (choice.TryGet(context, out value)) return true;
        }

        value = default!;
        return false;
    }
}

/// <summary><c>cidr()</c> and <c>cidr6()</c>.</summary>
internal sealed class NetworkFunction(Node<IpValue> source, int bits4, int bits6) : Node<IpValue>
{
    public override double Cost => source.Cost + 3;

    public override bool TryGet(EvaluationContext context, out IpValue value)
    {
        bool there = source.TryGet(context, out value);
        if (there) value = IpPrefix.Containing(value, value.IsV6 ? bits6 : bits4).Address;
        return there;
    }
}
