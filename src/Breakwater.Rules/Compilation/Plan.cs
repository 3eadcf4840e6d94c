using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Compilation;

/// <summary>A compiled value by its shape. Lives only while an expression is compiled.</summary>
/// <param name="Type">Type of the value; of a <see cref="MappedPlan"/>, of each element.</param>
internal abstract record Plan(RuleType Type);

internal abstract record ScalarPlan(RuleType Type) : Plan(Type)
{
    public abstract bool IsConstant { get; }
}

/// <summary>One value.</summary>
internal sealed record ScalarPlan<T>(RuleType Type, Node<T> Node) : ScalarPlan(Type)
    where T : allows ref struct
{
    public override bool IsConstant => Node.IsConstant;
}

internal abstract record FlatPlan(RuleType Type, Cursor Cursor) : Plan(Type)
{
    /// <summary>The element where the cursor stands.</summary>
    public abstract Plan Current();

    /// <summary>One element.</summary>
    public abstract Plan Select(int number);

    /// <summary>The same sequence inside one of the arrays of <paramref name="outer"/>.</summary>
    public abstract Plan Within(Cursor outer, int number);
}

/// <summary>An array of single values.</summary>
internal sealed record FlatPlan<T>(RuleType Type, Sequence<T> Sequence) : FlatPlan(Type, Sequence)
    where T : allows ref struct
{
    public override Plan Current() => new ScalarPlan<T>(Type.Element, new CurrentElement<T>(Sequence));

    public override Plan Select(int number) => new ScalarPlan<T>(Type.Element, new SelectedElement<T>(Sequence, number));

    public override Plan Within(Cursor outer, int number) => new FlatPlan<T>(Type, new SelectedSequence<T>(outer, number, Sequence));
}

/// <summary>An array of arrays: a cursor over them, and the one where it stands.</summary>
internal sealed record NestedPlan(RuleType Type, Cursor Outer, Plan Inner) : Plan(Type);

/// <summary>A map; only fields are.</summary>
internal sealed record MapPlan(RuleType Type, FieldId Field) : Plan(Type);

/// <summary>What stands behind <c>[*]</c>: a cursor over the elements, and a value for the one where it stands.</summary>
internal sealed record MappedPlan(RuleType Type, Cursor Cursor, Plan Body) : Plan(Type);
