using System.Globalization;
using System.Numerics;
using System.Text;
using Breakwater.Rules.Sets;

namespace Breakwater.Rules;

/// <summary>
/// Many filters compiled together. Each is filed under something it needs, such as a string in the path; one search per value and request
/// finds the needs of all filters, and a filter whose need is not there is never visited. Immutable, thread-safe; what is found out about
/// one request lives in its <see cref="EvaluationContext"/>.
/// </summary>
public sealed class ExpressionSet
{
    private readonly Expression[] _expressions;

    private ExpressionSet(Expression[] expressions)
    {
        _expressions = expressions;
        Index = TriggerIndex.Create(expressions);
        Registers = Math.Max(Index?.Registers ?? 0, expressions.Select(e => e.Registers).DefaultIfEmpty().Max());
    }

    /// <summary>How many filters there are.</summary>
    public int Count => _expressions.Length;

    /// <summary>The filters, in their order.</summary>
    public IReadOnlyList<Expression> Expressions => _expressions;

    internal TriggerIndex? Index { get; }

    internal Expression this[int index] => _expressions[index];

    internal int Registers { get; }

    /// <summary>Compiles filters together. The order is kept.</summary>
    public static ExpressionSet Create(IEnumerable<Expression> expressions) => new([.. expressions]);

    /// <summary>
    /// Begins a pass over the filters for one request. Which filters come into question is found out once, at the first question, and
    /// holds until the pass ends: the request's values must not change meanwhile. End it with <see cref="ExpressionSetPass.Dispose"/>;
    /// passes of one context may nest, the inner one ending first.
    /// </summary>
    public ExpressionSetPass Begin(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ExpressionSetPass(this, context);
    }

    /// <summary>Which filters are visited only when something is found, and where it is looked for.</summary>
    public string Plan()
    {
        var text = new StringBuilder();
        int filed = Index?.FiledUnder.Count(f => f is not null) ?? 0;
        text.Append(CultureInfo.InvariantCulture, $"{Count} filters, {Count - filed} of them always tried\n");
        foreach (TriggerSource source in Index?.Sources ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"search {source.Key} for the needs of {source.Filters} filters\n");
        }

        return text.ToString();
    }
}

/// <summary>One request's way through an <see cref="ExpressionSet"/>. Owned by the caller, used by one thread.</summary>
public readonly ref struct ExpressionSetPass
{
    private readonly ExpressionSet _set;
    private readonly EvaluationContext _context;
    private readonly PassState? _state;

    internal ExpressionSetPass(ExpressionSet set, EvaluationContext context)
    {
        _set = set;
        _context = context;
        context.NeedRegisters(set.Registers);
        if (set.Index is not { } index) return;
        _state = context.BeginPass();
        _state.Begin(index.Words, index.FoundWords);
    }

    /// <summary>Whether filter <paramref name="index"/> matches.</summary>
    public bool Matches(int index)
    {
        if (_state is not null)
        {
            if (!_state.IsReady) Prepare(_state);
            if ((_state.Candidates[index >> 6] & (1UL << index)) == 0) return false;
        }

        return _set[index].Matches(_context);
    }

    /// <summary>The first filter at or after <paramref name="from"/> that matches; -1 when none does.</summary>
    public int Next(int from)
    {
        if (_state is null)
        {
            for (int i = from; i < _set.Count; i++)
            {
                if (_set[i].Matches(_context)) return i;
            }

            return -1;
        }

        if (!_state.IsReady) Prepare(_state);
        ulong[] candidates = _state.Candidates;
        int words = _set.Index!.Words;
        for (int word = from >> 6; word < words; word++)
        {
            ulong bits = candidates[word];
            if (word == from >> 6) bits &= ulong.MaxValue << from;
            for (; bits != 0; bits &= bits - 1)
            {
                int index = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (_set[index].Matches(_context)) return index;
            }
        }

        return -1;
    }

    /// <summary>Ends the pass.</summary>
    public void Dispose()
    {
        if (_state is not null) _context.EndPass();
    }

    private void Prepare(PassState state)
    {
        _set.Index!.Mark(_context, state.Candidates, state.Found);
        state.IsReady = true;
    }
}
