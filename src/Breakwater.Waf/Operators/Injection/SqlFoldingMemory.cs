using System.Runtime.CompilerServices;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// What folding did before, so that it is not worked out anew for each token of a long value: an automaton over the shapes of tokens
/// (<see cref="SqlShape"/>) that is built while it is used. Of bounded size: once it is full it begins anew. Owned by one thread.
/// </summary>
internal sealed class SqlFoldingMemory
{
    /// <summary>Values shorter than this are folded without it.</summary>
    public const int LeastLength = 512;

    /// <summary>States that it holds at most.</summary>
    public const int Room = 512;

    [ThreadStatic]
    private static SqlFoldingMemory? _ofThread;

    private readonly SqlFoldingStep[] _steps = new SqlFoldingStep[Room << SqlShape.Bits];
    private readonly ulong[] _states = new ulong[Room];
    private readonly Dictionary<ulong, int> _numbers = new(Room);

    public static SqlFoldingMemory OfThread => _ofThread ??= new SqlFoldingMemory();

    /// <summary>States entered so far, those that are gone again too.</summary>
    public long Entered { get; private set; }

    /// <summary>What a token of a shape does in a state.</summary>
    public SqlFoldingStep this[int state, int shape]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _steps[(state << SqlShape.Bits) | shape];
    }

    /// <summary>The number of a state; those given before may be worth nothing after that.</summary>
    public int Enter(ulong state)
    {
        if (_numbers.TryGetValue(state, out int number)) return number;
        if (_numbers.Count == Room) Clear();
        number = _numbers.Count;
        Entered++;
        _states[number] = state;
        _numbers.Add(state, number);
        return number;
    }

    /// <summary>Enters what a token of a shape did in a state; gives the number of the state that it led to.</summary>
    public int Enter(int state, int shape, ulong next, SqlFoldingStep step)
    {
        ulong before = _states[state];
        if (_numbers.Count > Room - 2) Clear();
        state = Enter(before);
        int number = Enter(next);
        _steps[(state << SqlShape.Bits) | shape] = step.To(number);
        return number;
    }

    private void Clear()
    {
        _numbers.Clear();
        Array.Clear(_steps);
    }
}
