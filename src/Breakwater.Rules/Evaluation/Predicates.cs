using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Evaluation;

/// <summary>A compiled part of an expression that is true or false, never missing. Immutable.</summary>
internal abstract class Predicate : Node<bool>
{
    /// <summary>What it was compiled from; null for parts that only the compiler knows.</summary>
    public LogicalSyntax? Origin { get; init; }

    public abstract bool Test(EvaluationContext context);

    public sealed override bool TryGet(EvaluationContext context, out bool value)
    {
        value = Test(context);
        return true;
    }
}

internal sealed class ConstantPredicate(bool value) : Predicate
{
    public bool Value { get; } = value;

    public override double Cost => 0;

    public override bool IsConstant => true;

    public override bool Test(EvaluationContext context) => Value;
}

/// <summary>A comparison; false when the value is missing.</summary>
internal sealed class ComparisonPredicate<T>(Node<T> value, ValueTest<T> test) : Predicate
    where T : allows ref struct
{
    public override double Cost => value.Cost + test.Cost + 2;

    public override bool Test(EvaluationContext context) => value.TryGet(context, out T actual) && test.Matches(actual);
}

/// <summary>A comparison as a value: missing when the compared value is, as a function's result and an element's comparison are.</summary>
internal sealed class TestedNode<T>(Node<T> value, ValueTest<T> test) : Node<bool>
    where T : allows ref struct
{
    public override double Cost => value.Cost + test.Cost + 2;

    public override bool TryGet(EvaluationContext context, out bool result)
    {
        if (value.TryGet(context, out T actual))
        {
            result = test.Matches(actual);
            return true;
        }

        result = false;
        return false;
    }

    public ComparisonPredicate<T> AsPredicate(LogicalSyntax origin) => new(value, test) { Origin = origin };
}

/// <summary>A Boolean value that stands alone; false when it is missing.</summary>
internal sealed class TruthPredicate(Node<bool> value) : Predicate
{
    public override double Cost => value.Cost + 1;

    public override bool Test(EvaluationContext context) => value.TryGet(context, out bool truth) && truth;
}

internal sealed class NotPredicate(Predicate operand) : Predicate
{
    public Predicate Operand { get; } = operand;

    public override double Cost => Operand.Cost + 1;

    public override bool Test(EvaluationContext context) => !Operand.Test(context);
}

internal sealed class AndPredicate(Predicate[] operands) : Predicate
{
    public Predicate[] Operands { get; } = operands;

    // A conjunct fails more often than not: what stands behind it is reached less and less.
    public override double Cost => Operands.Index().Sum(o => o.Item.Cost * Math.Pow(0.3, o.Index)) + 1;

    public override bool Test(EvaluationContext context)
    {
        foreach (Predicate operand in Operands)
        {
            if (!operand.Test(context)) return false;
        }

        return true;
    }
}

internal sealed class OrPredicate(Predicate[] operands) : Predicate
{
    public Predicate[] Operands { get; } = operands;

    public override double Cost => Operands.Sum(o => o.Cost) + 1;

    public override bool Test(EvaluationContext context)
    {
        foreach (Predicate operand in Operands)
        {
            if (operand.Test(context)) return true;
        }

        return false;
    }
}

internal sealed class XorPredicate(Predicate[] operands) : Predicate
{
    public Predicate[] Operands { get; } = operands;

    public override double Cost => Operands.Sum(o => o.Cost) + 1;

    public override bool Test(EvaluationContext context)
    {
        bool result = false;
        foreach (Predicate operand in Operands) result ^= operand.Test(context);
        return result;
    }
}

/// <summary><c>any(…)</c>, <c>all(…)</c> over an array of Booleans.</summary>
/// <param name="elements">The Booleans.</param>
/// <param name="isAll">Whether all must be true.</param>
/// <param name="whenMissing">The answer when there is no array.</param>
internal sealed class QuantifierPredicate(Sequence<bool> elements, bool isAll, bool whenMissing) : Predicate
{
    public override double Cost => elements.Cost + 4;

    public override bool Test(EvaluationContext context)
    {
        (int, int) mark = context.Scratch.Mark;
        if (!elements.Open(context)) return whenMissing;
        bool result = isAll;
        while (elements.MoveNext(context))
        {
            // What the element's value needed may go; what the cursor needs to move on may not.
            (int, int) moved = context.Scratch.Mark;
            bool decided = elements.TryGetCurrent(context, out bool value) && value != isAll;
            context.Scratch.Release(moved);
            if (!decided) continue;
            result = !isAll;
            break;
        }

        context.Scratch.Release(mark);
        return result;
    }
}
