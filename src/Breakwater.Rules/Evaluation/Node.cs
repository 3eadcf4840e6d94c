namespace Breakwater.Rules.Evaluation;

/// <summary>
/// A compiled part of an expression that yields one value or none (missing). The tree of nodes is immutable and shared by all requests;
/// what one evaluation needs to remember is in its context's registers.
/// </summary>
internal abstract class Node<T>
    where T : allows ref struct
{
    /// <summary>About how many nanoseconds an evaluation takes; only the order matters.</summary>
    public abstract double Cost { get; }

    /// <summary>Whether the value is known when the expression is compiled.</summary>
    public virtual bool IsConstant => false;

    public abstract bool TryGet(EvaluationContext context, out T value);
}

internal sealed class ConstantBytes(byte[] value) : Node<ReadOnlySpan<byte>>
{
    public byte[] Value { get; } = value;

    public override double Cost => 0;

    public override bool IsConstant => true;

    public override bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        value = Value;
        return true;
    }
}

internal sealed class Constant<T>(T value) : Node<T>
    where T : struct
{
    public override double Cost => 0;

    public override bool IsConstant => true;

    public override bool TryGet(EvaluationContext context, out T result)
    {
        result = value;
        return true;
    }
}

/// <summary>A value that is known to be missing.</summary>
internal sealed class Missing<T> : Node<T>
    where T : allows ref struct
{
    public override double Cost => 0;

    public override bool IsConstant => true;

    public override bool TryGet(EvaluationContext context, out T value)
    {
        value = default!;
        return false;
    }
}

/// <summary>A question about one value: the operator and right side of a comparison. Immutable.</summary>
internal abstract class ValueTest<T>
    where T : allows ref struct
{
    public abstract double Cost { get; }

    public abstract bool Matches(T value);
}
