using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Compilation;

/// <summary>
/// Makes the tree of nodes of one expression from its syntax: folds what is constant, and puts cheap tests before dear ones, which
/// changes no result because no operand has an effect. Owned by one compilation.
/// </summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>How many registers the nodes need.</summary>
    public int Registers { get; private set; }

    public int Register(int count = 1)
    {
        int first = Registers;
        Registers += count;
        return first;
    }

    public Predicate Compile(LogicalSyntax syntax) => syntax switch
    {
        CombinedSyntax combined => Combine(combined.Op, [.. combined.Items.Select(Compile)], combined),
        NotSyntax not => Compile(not.Operand) switch
        {
            ConstantPredicate constant => new ConstantPredicate(!constant.Value),
            NotPredicate twice => twice.Operand,
            Predicate operand => new NotPredicate(operand) { Origin = syntax },
        },
        QuantifierSyntax quantifier => Quantifier(quantifier),
        TruthSyntax truth => Truth(truth),
        ComparisonSyntax comparison => Comparison(comparison),
        _ => throw new InvalidOperationException(),
    };

    private static Predicate Combine(LogicalOp op, List<Predicate> operands, LogicalSyntax origin)
    {
        if (op == LogicalOp.Xor)
        {
            bool flip = operands.OfType<ConstantPredicate>().Count(c => c.Value) % 2 == 1;
            operands.RemoveAll(o => o is ConstantPredicate);
            if (operands.Count == 0) return new ConstantPredicate(flip);
            Predicate odd = operands.Count == 1 ? operands[0] : new XorPredicate([.. operands]) { Origin = origin };
            return flip ? new NotPredicate(odd) { Origin = origin } : odd;
        }

        // One operand decides when it is true (or) or false (and); constants of the other kind say nothing.
        bool deciding = op == LogicalOp.Or;
        if (operands.Any(o => o is ConstantPredicate constant && constant.Value == deciding)) return new ConstantPredicate(deciding);
        operands = [.. operands.Where(o => o is not ConstantPredicate).SelectMany(o => Inner(op, o)).OrderBy(o => o.Cost)];
        return operands.Count switch
        {
            0 => new ConstantPredicate(!deciding),
            1 => operands[0],
            _ when op == LogicalOp.Or => new OrPredicate([.. operands]) { Origin = origin },
            _ => new AndPredicate([.. operands]) { Origin = origin },
        };
    }

    // Parentheses around the same operator do not matter.
    private static Predicate[] Inner(LogicalOp op, Predicate operand) => operand switch
    {
        OrPredicate inner when op == LogicalOp.Or => inner.Operands,
        AndPredicate inner when op == LogicalOp.And => inner.Operands,
        _ => [operand],
    };

    private QuantifierPredicate Quantifier(QuantifierSyntax quantifier)
    {
        // A function's array of Booleans that is missing makes all() false; a comparison over a missing array is an empty array.
        bool direct = quantifier.Operand is TruthSyntax { Value.IsMapped: false };
        Sequence<bool> elements = Booleans(quantifier.Operand);
        return new QuantifierPredicate(elements, quantifier.IsAll, whenMissing: quantifier.IsAll && !direct) { Origin = quantifier };
    }

    private Sequence<bool> Booleans(LogicalSyntax syntax) => syntax switch
    {
        TruthSyntax truth => Elements(truth.Value),
        ComparisonSyntax comparison => ComparedElements(comparison),
        NotSyntax not => new NotSequence(Present(Booleans(not.Operand))),
        CombinedSyntax combined => new CombinedSequence(
            Register(), combined.Op, [.. combined.Items.Select(i => Present(Booleans(i)))]),
        _ => throw new InvalidOperationException(),
    };

    private PresentSequence Present(Sequence<bool> elements) => new(Register(), elements);

    private Sequence<bool> Elements(ValueSyntax value) => Value(value) switch
    {
        FlatPlan<bool> flat => flat.Sequence,
        MappedPlan { Body: ScalarPlan<bool> body } mapped => new MappedSequence<bool>(mapped.Cursor, body.Node),
        _ => throw new InvalidOperationException(),
    };

    private MappedSequence<bool> ComparedElements(ComparisonSyntax comparison)
    {
        var mapped = (MappedPlan)Value(comparison.Left);
        Node<bool> body = mapped.Body switch
        {
            ScalarPlan<ReadOnlySpan<byte>> text => new TestedNode<ReadOnlySpan<byte>>(text.Node, Tests.ForBytes(comparison)),
            ScalarPlan<long> number => new TestedNode<long>(number.Node, Tests.ForInt(comparison)),
            ScalarPlan<IpValue> address => new TestedNode<IpValue>(address.Node, Tests.ForIp(comparison)),
            _ => throw new InvalidOperationException(),
        };
        return new MappedSequence<bool>(mapped.Cursor, body);
    }

    private Predicate Truth(TruthSyntax truth)
    {
        Node<bool> node = ((ScalarPlan<bool>)Value(truth.Value)).Node;
        if (node.IsConstant) return Constant(node);
        return node switch
        {
            Predicate predicate => predicate,
            TestedNode<ReadOnlySpan<byte>> tested => tested.AsPredicate(truth),
            _ => new TruthPredicate(node) { Origin = truth },
        };
    }

    private Predicate Comparison(ComparisonSyntax comparison) => Value(comparison.Left) switch
    {
        ScalarPlan<ReadOnlySpan<byte>> text => Compared(text.Node, Tests.ForBytes(comparison), comparison),
        ScalarPlan<long> number => Compared(number.Node, Tests.ForInt(comparison), comparison),
        ScalarPlan<IpValue> address => Compared(address.Node, Tests.ForIp(comparison), comparison),
        _ => throw new InvalidOperationException(),
    };

    private static Predicate Compared<T>(Node<T> value, ValueTest<T> test, ComparisonSyntax origin)
        where T : allows ref struct
    {
        if (test is NeverTest<T>) return new ConstantPredicate(false);
        var predicate = new ComparisonPredicate<T>(value, test) { Origin = origin };
        return value.IsConstant ? new ConstantPredicate(predicate.Test(Fresh())) : predicate;
    }

    private static ConstantPredicate Constant(Node<bool> node) => new(node.TryGet(Fresh(), out bool value) && value);
}
