using System.Buffers;
using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// Finds any number of literals in time linear in the input, whatever both are: the automaton of Aho and Corasick. Slower than a filter
/// on ordinary input, and no slower on the worst. Immutable.
/// </summary>
/// <remarks>
/// States are numbered level by level, so that the children of a state are neighbours, and a state takes 17 bytes: most have one child, whose
/// byte they hold themselves. The root has a table of its own.
/// </remarks>
internal sealed class AhoCorasick
{
    private readonly bool _ignoreCase;
    private readonly int[] _root = new int[256];
    private readonly State[] _states;

    // The byte that leads to each state.
    private readonly byte[] _labels;

    // For each literal, the next shorter one that is a suffix of it, or -1.
    private readonly int[] _shorter;
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int _longest;

    /// <param name="literals">Different ones; all with the same <see cref="Literal.IgnoreCase"/>.</param>
    public AhoCorasick(IReadOnlyList<(Literal Literal, int Id)> literals)
    {
        _ignoreCase = literals[0].Literal.IgnoreCase;
        (byte[] Bytes, int Id)[] sorted = [.. literals.Select(static entry => (entry.Literal.Bytes, entry.Id))];
        Array.Sort(sorted, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        _ids = [.. sorted.Select(static entry => entry.Id)];
        _lengths = [.. sorted.Select(static entry => entry.Bytes.Length)];
        _longest = _lengths.Max();
        _shorter = new int[sorted.Length];
        Array.Fill(_shorter, -1);

        (_states, _labels) = LayOut(sorted);
        for (int i = 0; i < _states[0].Children; i++)
        {
            _root[_labels[_states[0].FirstChild + i]] = _states[0].FirstChild + i;
        }

        Link();
    }

    public long MemoryBytes => 1024 + (17L * _labels.Length) + (12L * _ids.Length);

    /// <summary>Finds literals from a place on, as far as they lie behind it, until the end or the sink's limit.</summary>
    public void Scan<TSink>(ReadOnlySpan<byte> input, int from, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        // A literal is told once, and with it all that are suffixes of it: else one of many that nest would be told at every place.
        int words = (_ids.Length + 63) / 64;
        ulong[]? rented = words > 128 ? ArrayPool<ulong>.Shared.Rent(words) : null;
        Span<ulong> told = rented is null ? stackalloc ulong[128] : rented.AsSpan(0, words);
        told.Clear();
        int state = 0;
        for (int at = from; at < input.Length; at++)
        {
            state = Next(state, _ignoreCase ? AsciiFold.Lower(input[at]) : input[at]);
            for (int literal = _states[state].Output; literal >= 0 && (told[literal >> 6] >> literal & 1) == 0; literal = _shorter[literal])
            {
                told[literal >> 6] |= 1UL << literal;
                sink.Found(_ids[literal], at + 1 - _lengths[literal]);
            }

            if (at - _longest >= sink.Limit)
            {
                break;
            }
        }

        if (rented is not null)
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int number, byte value)
    {
        while (number != 0)
        {
            ref readonly State state = ref _states[number];
            if (state.Children == 1)
            {
                if (state.Label == value)
                {
                    return state.FirstChild;
                }
            }
            else if (state.Children > 1 && _labels.AsSpan(state.FirstChild, state.Children).IndexOf(value) is >= 0 and var index)
            {
                return state.FirstChild + index;
            }

            number = state.Fallback;
        }

        return _root[value];
    }

    /// <summary>Numbers the states of the tree of the literals level by level.</summary>
    private static (State[] States, byte[] Labels) LayOut((byte[] Bytes, int Id)[] sorted)
    {
        List<State> states = [];
        List<byte> labels = [0];

        // A state is the literals, neighbours in order, that begin with the same bytes.
        Queue<(int From, int To, int Depth)> open = new([(0, sorted.Length, 0)]);
        while (open.TryDequeue(out (int From, int To, int Depth) node))
        {
            int firstChild = labels.Count;
            int from = node.From;
            int output = sorted[from].Bytes.Length == node.Depth ? from++ : -1;
            while (from < node.To)
            {
                byte label = sorted[from].Bytes[node.Depth];
                int to = from + 1;
                while (to < node.To && sorted[to].Bytes[node.Depth] == label)
                {
                    to++;
                }

                labels.Add(label);
                open.Enqueue((from, to, node.Depth + 1));
                from = to;
            }

            int children = labels.Count - firstChild;
            states.Add(new State(firstChild, 0, output, (ushort)children, children > 0 ? labels[firstChild] : (byte)0));
        }

        return ([.. states], [.. labels]);
    }

    /// <summary>Sets where each state falls back to: the longest proper suffix of it that is a state. Levels are linked from the top.</summary>
    private void Link()
    {
        for (int number = 0; number < _states.Length; number++)
        {
            State state = _states[number];
            for (int child = state.FirstChild; child < state.FirstChild + state.Children; child++)
            {
                int fallback = number == 0 ? 0 : Next(state.Fallback, _labels[child]);
                int own = _states[child].Output, suffix = _states[fallback].Output;
                if (own >= 0)
                {
                    _shorter[own] = suffix;
                }

                _states[child] = _states[child] with { Fallback = fallback, Output = own >= 0 ? own : suffix };
            }
        }
    }

    /// <param name="FirstChild">The number of the first child; the others follow.</param>
    /// <param name="Fallback">The longest proper suffix that is a state.</param>
    /// <param name="Output">The literal that ends here, or else the longest one that is a suffix of this state; -1 for none.</param>
    /// <param name="Children">How many children there are.</param>
    /// <param name="Label">The byte that leads to the first child.</param>
    private readonly record struct State(int FirstChild, int Fallback, int Output, ushort Children, byte Label);
}
