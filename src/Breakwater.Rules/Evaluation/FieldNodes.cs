namespace Breakwater.Rules.Evaluation;

internal sealed class BytesField(FieldId field) : Node<ReadOnlySpan<byte>>
{
    public override double Cost => 4;

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value) => context.Values.TryGetBytes(field, out value);
}

internal sealed class IntField(FieldId field) : Node<long>
{
    public override double Cost => 3;

    public override bool TryGet(EvaluationContext context, out long value) => context.Values.TryGetInt(field, out value);
}

internal sealed class BoolField(FieldId field) : Node<bool>
{
    public override double Cost => 3;

    public override bool TryGet(EvaluationContext context, out bool value) => context.Values.TryGetBool(field, out value);
}

internal sealed class IpField(FieldId field) : Node<IpValue>
{
    public override double Cost => 3;

    public override bool TryGet(EvaluationContext context, out IpValue value) => context.Values.TryGetIp(field, out value);
}

/// <summary>The elements of a field that is an array, or the entries of one that is a map, in the order they came.</summary>
internal abstract class FieldSequence<T>(int register, FieldId field) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => 12;

    protected FieldId Field { get; } = field;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = -1;
        return context.Values.GetCount(Field) >= 0;
    }

    public override bool MoveNext(EvaluationContext context) => ++context.Registers[register] < context.Values.GetCount(Field);

    protected int Place(EvaluationContext context) => (int)context.Registers[register];
}

internal sealed class BytesFieldSequence(int register, FieldId field) : FieldSequence<ReadOnlySpan<byte>>(register, field)
{
    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        value = context.Values.GetElement(Field, Place(context));
        return true;
    }
}

internal sealed class IntFieldSequence(int register, FieldId field) : FieldSequence<long>(register, field)
{
    public override double Cost => 8;

    public override bool TryGetCurrent(EvaluationContext context, out long value)
    {
        value = context.Values.GetIntElement(Field, Place(context));
        return true;
    }
}

/// <summary>All values of a map of strings.</summary>
internal sealed class EntryValues(int register, FieldId field) : FieldSequence<ReadOnlySpan<byte>>(register, field)
{
    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        context.Values.GetEntry(Field, Place(context), out _, out value);
        return true;
    }
}

/// <summary>The names of a map, a name as often as it has values.</summary>
internal sealed class EntryNames(int register, FieldId field) : FieldSequence<ReadOnlySpan<byte>>(register, field)
{
    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        context.Values.GetEntry(Field, Place(context), out value, out _);
        return true;
    }
}

/// <summary>The values that a map has for one name; missing when it has none.</summary>
internal abstract class NamedValues<T>(int register, FieldId field, byte[] name) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => 15;

    protected FieldId Field { get; } = field;

    public override bool Open(EvaluationContext context)
    {
        int first = context.Values.GetCount(Field) < 0 ? -1 : context.Values.FindEntry(Field, name, 0);
        // The place of the next one; two's complement marks that the end is reached.
        context.Registers[register] = ~first;
        return first >= 0;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        long at = context.Registers[register];
        int next = at < 0 ? (int)~at : context.Values.FindEntry(Field, name, (int)at + 1);
        context.Registers[register] = next < 0 ? int.MaxValue - 1 : next;
        return next >= 0;
    }

    protected int Place(EvaluationContext context) => (int)context.Registers[register];
}

internal sealed class NamedBytesValues(int register, FieldId field, byte[] name) : NamedValues<ReadOnlySpan<byte>>(register, field, name)
{
    public override bool TryGetCurrent(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        context.Values.GetEntry(Field, Place(context), out _, out value);
        return true;
    }
}

internal sealed class NamedIntValues(int register, FieldId field, byte[] name) : NamedValues<long>(register, field, name)
{
    public override bool TryGetCurrent(EvaluationContext context, out long value)
    {
        value = context.Values.GetIntElement(Field, Place(context));
        return true;
    }
}
