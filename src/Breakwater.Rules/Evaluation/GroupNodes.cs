using System.Runtime.InteropServices;

namespace Breakwater.Rules.Evaluation;

/// <summary>
/// The names of a map, each once, in the order they first came: <c>map[*]</c>. A hash table of the names is made in scratch memory, so
/// that a request with thousands of names costs time linear in them.
/// </summary>
internal sealed class MapCursor(int register, FieldId field) : Cursor
{
    private const int None = -1;

    // Registers: the table's slice, how many names, where the cursor stands.
    public const int RegisterCount = 3;

    public override double Cost => 150;

    public override bool Open(EvaluationContext context)
    {
        FieldValues values = context.Values;
        int count = values.GetCount(field);
        if (count < 0) return false;
        int slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count + 1) * 2;
        // First entries of the names, then each entry's next of the same name, then the hash table of first entries.
        if (count > ScratchMemory.Largest / 32 || !context.Scratch.TryReserve(((2 * count) + slots) * sizeof(int), out ScratchSlice slice))
        {
            return false;
        }

        Span<int> all = MemoryMarshal.Cast<byte, int>(context.Scratch.Get(slice));
        Span<int> firsts = all[..count], nexts = all.Slice(count, count), table = all.Slice(2 * count, slots);
        nexts.Fill(None);
        table.Fill(None);
        int names = 0;
        // Backwards, so that each entry finds the later ones of its name; the order of first entries is set right below.
        for (int i = count - 1; i >= 0; i--)
        {
            values.GetEntry(field, i, out ReadOnlySpan<byte> name, out _);
            int at = (int)Hash(name) & (slots - 1);
            while (table[at] != None)
            {
                values.GetEntry(field, table[at], out ReadOnlySpan<byte> other, out _);
                if (other.SequenceEqual(name)) break;
                at = (at + 1) & (slots - 1);
            }

            nexts[i] = table[at];
            table[at] = i;
        }

        foreach (int first in table)
        {
            if (first != None) firsts[names++] = first;
        }

        firsts[..names].Sort();
        context.Registers[register] = slice.Packed;
        context.Registers[register + 1] = names;
        context.Registers[register + 2] = -1;
        return true;
    }

    public override bool MoveNext(EvaluationContext context) => ++context.Registers[register + 2] < context.Registers[register + 1];

    /// <summary>The first entry of the name where the cursor stands.</summary>
    public int First(EvaluationContext context) => Table(context)[(int)context.Registers[register + 2]];

    /// <summary>The next entry of the same name, or -1.</summary>
    public int Next(EvaluationContext context, int entry)
    {
        Span<int> table = Table(context);
        return table[context.Values.GetCount(field) + entry];
    }

    private Span<int> Table(EvaluationContext context) =>
        MemoryMarshal.Cast<byte, int>(context.Scratch.Get(ScratchSlice.Unpack(context.Registers[register])));

    // The platform's keyed hash of strings, so that nobody can make names collide.
    private static uint Hash(ReadOnlySpan<byte> name) =>
        (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(name)) ^ ((uint)(name.Length % 2 == 0 ? 0 : name[^1] + 1) * 0x9E3779B1);
}

/// <summary>The values of the name where a <see cref="MapCursor"/> stands.</summary>
internal abstract class MapValues<T>(int register, MapCursor names) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => 12;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = ~names.First(context);
        return true;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        long at = context.Registers[register];
        int next = at < 0 ? (int)~at : names.Next(context, (int)at);
        if (next < 0) return false;
        context.Registers[register] = next;
        return true;
    }

    protected int Place(EvaluationContext context) => (int)context.Registers[register];
}

internal sealed class MapBytesValues(int register, FieldId field, MapCursor names) : MapValues<ReadOnlySpan<byte>>(register, names)
{
    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        context.Values.GetEntry(field, Place(context), out _, out value);
        return true;
    }
}

internal sealed class MapIntValues(int register, FieldId field, MapCursor names) : MapValues<long>(register, names)
{
    public override bool TryGetCurrent(EvaluationContext context, out long value)
    {
        value = context.Values.GetIntElement(field, Place(context));
        return true;
    }
}

/// <summary>The inner arrays of an array of arrays.</summary>
internal sealed class GroupCursor(int register, FieldId field) : Cursor
{
    // Registers: the number of the inner array, and its first element or the first one behind it.
    public const int RegisterCount = 2;

    public override double Cost => 12;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = -1;
        context.Registers[register + 1] = 0;
        return context.Values.GetCount(field) >= 0;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        FieldValues values = context.Values;
        int count = values.GetCount(field);
        long group = ++context.Registers[register];
        int at = (int)context.Registers[register + 1];
        while (at < count && values.GetGroup(field, at) < group) at++;
        context.Registers[register + 1] = at;
        return at < count;
    }

    public long Group(EvaluationContext context) => context.Registers[register];

    public int First(EvaluationContext context) => (int)context.Registers[register + 1];
}

/// <summary>The elements of the inner array where a <see cref="GroupCursor"/> stands.</summary>
internal sealed class GroupValues(int register, FieldId field, GroupCursor groups) : Sequence<ReadOnlySpan<byte>>
{
    public override double Cost => 12;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = groups.First(context) - 1;
        return true;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        FieldValues values = context.Values;
        int at = (int)++context.Registers[register];
        return at < values.GetCount(field) && values.GetGroup(field, at) == groups.Group(context);
    }

    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        value = context.Values.GetElement(field, (int)context.Registers[register]);
        return true;
    }
}
