using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Evaluation;

/// <summary>An array that is empty when the one behind it is missing, as comparisons over <c>[*]</c> are.</summary>
internal sealed class PresentSequence(int register, Sequence<bool> elements) : Sequence<bool>
{
    public override double Cost => elements.Cost;

    public override bool Open(EvaluationContext context)
    {
        context.Registers[register] = elements.Open(context) ? 1 : 0;
        return true;
    }

    public override bool MoveNext(EvaluationContext context) => context.Registers[register] != 0 && elements.MoveNext(context);

    public override bool TryGetCurrent(EvaluationContext context, out bool value) => elements.TryGetCurrent(context, out value);
}

internal sealed class NotSequence(Sequence<bool> elements) : Sequence<bool>
{
    public override double Cost => elements.Cost + 1;

    public override bool Open(EvaluationContext context) => elements.Open(context);

    public override bool MoveNext(EvaluationContext context) => elements.MoveNext(context);

    public override bool TryGetCurrent(EvaluationContext context, out bool value)
    {
        bool there = elements.TryGetCurrent(context, out value);
        value = !value;
        return there;
    }
}

/// <summary>Arrays of Booleans joined element by element, as long as the shortest.</summary>
internal sealed class CombinedSequence(int register, LogicalOp op, Sequence<bool>[] arrays) : Sequence<bool>
{
    public override double Cost => arrays.Sum(a => a.Cost);

    public override bool Open(EvaluationContext context)
    {
        foreach (Sequence<bool> array in arrays)
        {
            if (!array.Open(context)) return false;
        }

        return true;
    }

    public override bool MoveNext(EvaluationContext context)
    {
        bool result = op == LogicalOp.And;
        foreach (Sequence<bool> array in arrays)
        {
            if (!TryNext(context, array, out bool value)) return false;
            result = op switch
            {
                LogicalOp.And => result & value,
                LogicalOp.Or => result | value,
                _ => result ^ value,
            };
        }

        context.Registers[register] = result ? 1 : 0;
        return true;
    }

    public override bool TryGetCurrent(EvaluationContext context, out bool value)
    {
        value = context.Registers[register] != 0;
        return true;
    }

    private static bool TryNext(EvaluationContext context, Sequence<bool> array, out bool value)
    {
        while (array.MoveNext(context))
        {
            (int, int) moved = context.Scratch.Mark;
            bool there = array.TryGetCurrent(context, out value);
            context.Scratch.Release(moved);
            if (there) return true;
        }

        value = false;
        return false;
    }
}
