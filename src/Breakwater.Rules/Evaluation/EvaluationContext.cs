using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Sets;

namespace Breakwater.Rules;

/// <summary>
/// What the evaluation of expressions over one request works with: the request's values, and scratch memory for the results of
/// functions. Pooled, one per exchange, used by one thread at a time; allocates nothing once warm.
/// </summary>
public sealed class EvaluationContext
{
    private FieldValues _values;
    private readonly List<PassState> _passes = [];
    private long[] _registers = new long[32];
    private int _openPasses;

    /// <summary>A context over the values of a request.</summary>
    public EvaluationContext(FieldValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }

    /// <summary>The values of the request.</summary>
    public FieldValues Values => _values;

    internal ScratchMemory Scratch { get; } = new();

    /// <summary>Where the cursors of the expression that is being evaluated keep their places.</summary>
    internal long[] Registers => _registers;

    /// <summary>Starts over with the values of another request. Spans that expressions handed out end their life here.</summary>
    public void Reset(FieldValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
        Scratch.Reset();
        _openPasses = 0;
    }

    internal PassState BeginPass()
    {
        if (_openPasses == _passes.Count) _passes.Add(new PassState());
        return _passes[_openPasses++];
    }

    // After a reset no pass is open, whoever still holds one.
    internal void EndPass() => _openPasses = Math.Max(0, _openPasses - 1);

    internal void NeedRegisters(int count)
    {
        if (_registers.Length < count) Array.Resize(ref _registers, count);
    }
}
