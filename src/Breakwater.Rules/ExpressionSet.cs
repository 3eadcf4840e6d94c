namespace Breakwater.Rules;

/// <summary>
/// Many filters compiled together: what they have in common is searched and looked up once per request, and a filter whose necessary
/// condition failed is never visited. Immutable, thread-safe; what one request finds out lives in its <see cref="EvaluationContext"/>.
/// </summary>
public sealed class ExpressionSet
{
    private readonly Expression[] _expressions;

    private ExpressionSet(Expression[] expressions) => _expressions = expressions;

    /// <summary>How many filters there are.</summary>
    public int Count => _expressions.Length;

    /// <summary>The filters, in their order.</summary>
    public IReadOnlyList<Expression> Expressions => _expressions;

    /// <summary>Compiles filters together. The order is kept.</summary>
    public static ExpressionSet Create(IEnumerable<Expression> expressions) => new([.. expressions]);

    /// <summary>
    /// Begins a pass over the filters for one request: values found are kept until the pass ends, so that all filters of a phase see the
    /// same. End it with <see cref="ExpressionSetPass.Dispose"/>; passes of one context may nest.
    /// </summary>
    public ExpressionSetPass Begin(EvaluationContext context) => new(this, context);
}

/// <summary>One request's way through an <see cref="ExpressionSet"/>. Owned by the caller, used by one thread.</summary>
public readonly ref struct ExpressionSetPass
{
    private readonly ExpressionSet _set;
    private readonly EvaluationContext _context;

    internal ExpressionSetPass(ExpressionSet set, EvaluationContext context)
    {
        _set = set;
        _context = context;
    }

    /// <summary>Whether filter <paramref name="index"/> matches.</summary>
    public bool Matches(int index) => _set.Expressions[index].Matches(_context);

    /// <summary>The first filter at or after <paramref name="from"/> that matches; -1 when none does.</summary>
    public int Next(int from)
    {
        for (int i = from; i < _set.Count; i++)
        {
            if (Matches(i)) return i;
        }

        return -1;
    }

    /// <summary>Ends the pass.</summary>
    public void Dispose()
    {
    }
}
