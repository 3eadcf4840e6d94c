namespace Breakwater.Rules.Evaluation;

/// <summary>
/// Goes over the elements of an array. It has its own registers in the context and appears once in a tree, so one evaluation never uses
/// it twice at a time. Immutable itself.
/// </summary>
internal abstract class Cursor
{
    public abstract double Cost { get; }

    /// <summary>Goes before the first element; false when the array is missing.</summary>
    public abstract bool Open(EvaluationContext context);

    /// <summary>Goes to the next element; false behind the last.</summary>
    public abstract bool MoveNext(EvaluationContext context);
}

/// <summary>A cursor over elements that are single values.</summary>
internal abstract class Sequence<T> : Cursor
    where T : allows ref struct
{
    /// <summary>The element where the cursor stands; false when it has none, and the array has no element here.</summary>
    public abstract bool TryGetCurrent(EvaluationContext context, out T value);
}

/// <summary>The element at which a sequence stands, as a value: what <c>[*]</c> stands for.</summary>
internal sealed class CurrentElement<T>(Sequence<T> sequence) : Node<T>
    where T : allows ref struct
{
    public override double Cost => 3;

    public override bool TryGet(EvaluationContext context, out T value) => sequence.TryGetCurrent(context, out value);
}

/// <summary>All elements of the arrays over which another cursor goes.</summary>
internal sealed class FlattenedCursor(int register, Cursor outer, Cursor inner) : Cursor
{
    public override double Cost => outer.Cost * inner.Cost;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = 0;
        return outer.Open(context);
    }

    public override bool MoveNext(EvaluationContext context)
    {
        while (true)
        {
            if (context.Registers[register] != 0 && inner.MoveNext(context)) return true;
            if (!outer.MoveNext(context)) return false;
            context.Registers[register] = inner.Open(context) ? 1 : 0;
        }
    }
}

/// <summary>What an expression yields for each element: a function or comparison over <c>[*]</c>.</summary>
internal sealed class MappedSequence<T>(Cursor source, Node<T> body) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => source.Cost * (1 + body.Cost);

    public override bool Open(EvaluationContext context) => source.Open(context);

    public override bool MoveNext(EvaluationContext context) => source.MoveNext(context);

    public override bool TryGetCurrent(EvaluationContext context, out T value) => body.TryGet(context, out value);
}

/// <summary>One inner array of an array of arrays, by its number.</summary>
internal sealed class SelectedSequence<T>(Cursor outer, int number, Sequence<T> inner) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => outer.Cost + inner.Cost;

    public override bool Open(EvaluationContext context)
    {
        if (!outer.Open(context)) return false;
        for (int i = 0; i <= number; i++)
        {
            if (!outer.MoveNext(context)) return false;
        }

        return inner.Open(context);
    }

    public override bool MoveNext(EvaluationContext context) => inner.MoveNext(context);

    public override bool TryGetCurrent(EvaluationContext context, out T value) => inner.TryGetCurrent(context, out value);
}

/// <summary>One element of an array, by its number.</summary>
internal sealed class SelectedElement<T>(Sequence<T> sequence, int number) : Node<T>
    where T : allows ref struct
{
    public override double Cost => sequence.Cost;

    public override bool TryGet(EvaluationContext context, out T value)
    {
        if (sequence.Open(context))
        {
            int left = number;
            while (sequence.MoveNext(context))
            {
                if (sequence.TryGetCurrent(context, out value) && left-- == 0) return true;
            }
        }

        value = default!;
        return false;
    }
}

/// <summary>Remembers whether the value was missing, for a function over elements that would make something of a missing one.</summary>
internal sealed class WatchedNode<T>(int register, Node<T> node) : Node<T>
    where T : allows ref struct
{
    public override double Cost => node.Cost;

    public override bool TryGet(EvaluationContext context, out T value)
    {
        bool there = node.TryGet(context, out value);
        context.Registers[register] = there ? 1 : 0;
        return there;
    }
}

/// <summary>A value that counts only if the watched one was there.</summary>
internal sealed class WatchingNode<T>(int register, Node<T> node) : Node<T>
    where T : allows ref struct
{
    public override double Cost => node.Cost;

    public override bool TryGet(EvaluationContext context, out T value) =>
        node.TryGet(context, out value) && context.Registers[register] != 0;
}
