using System.Buffers;
using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// Finds any number of literals in time linear in the input, whatever both are: the automaton of Aho and Corasick. Slower than a filter
/// on ordinary input, and no slower on the worst. Immutable.
/// </summary>
/// <remarks>
/// Most states have one child, whose byte they hold themselves, or none: for any other byte the search falls back to a shorter state,
/// which is paid for by the steps that led deeper. States that branch, and the root, have a row of a table that tells the next state for
/// every byte at once; bytes that no literal contains share a column. With so few states that it takes no more than ten MiB, all of them have
/// a row from the first search on: few inputs come to it, and those that do are made to be expensive.
/// </remarks>
internal sealed class AhoCorasick
{
    /// <summary>Entries of a table that has a row for every state.</summary>
    private const int MostFlat = 5 << 19;

    private const int HasOutput = int.MinValue;

    private readonly bool _ignoreCase;
    private readonly State[] _states;
    private readonly byte[] _columns = new byte[256];
    private readonly int _width;
    private readonly int[] _rows;

    // For each literal, the next shorter one that is a suffix of it, or -1.
    private readonly int[] _shorter;
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int _longest;

    // A row for every state: where the row of the next one begins, with a bit if a literal ends there; and last the literal that ends here, or -1. Null as
    // long as nothing was searched, or if it would be too large.
    private readonly int _stride;
    private readonly int _mostFlat;
    private volatile int[]? _flat;

    /// <param name="literals">Different ones; all with the same <see cref="Literal.IgnoreCase"/>.</param>
    /// <param name="mostFlat">Entries that the table with a row for every state may have.</param>
    public AhoCorasick(IReadOnlyList<(Literal Literal, int Id)> literals, int mostFlat = MostFlat)
    {
        _mostFlat = mostFlat;
        _ignoreCase = literals[0].Literal.IgnoreCase;
        (byte[] Bytes, int Id)[] sorted = [.. literals.Select(static entry => (entry.Literal.Bytes, entry.Id))];
        Array.Sort(sorted, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        _ids = [.. sorted.Select(static entry => entry.Id)];
        _lengths = [.. sorted.Select(static entry => entry.Bytes.Length)];
        _longest = _lengths.Max();
        _shorter = new int[sorted.Length];
        Array.Fill(_shorter, -1);

        // Column 0 is that of all bytes that no literal contains. If there are none, it is free for the 256th that one does.
        foreach ((byte[] bytes, _) in sorted)
        {
            foreach (byte value in bytes)
            {
                _columns[value] = 1;
            }
        }

        _width = 1;
        for (int value = 0; value < 256; value++)
        {
            _columns[value] = _columns[value] == 0 ? (byte)0 : (byte)_width++;
        }

        for (int value = 'A'; value <= 'Z' && _ignoreCase; value++)
        {
            _columns[value] = _columns[value | 0x20];
        }

        (_states, byte[] labels, int rows) = LayOut(sorted);
        _rows = new int[rows * _width];
        Link(labels);
        _stride = _width + 1;
    }

    public long MemoryBytes => (16L * _states.Length) + (4L * _rows.Length) + (12L * _ids.Length) + 256;

    /// <summary>Finds literals from a place on, as far as they lie behind it, until the end or the sink's limit.</summary>
    public void Scan<TSink>(ReadOnlySpan<byte> input, int from, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        int words = (_ids.Length + 63) / 64;
        ulong[]? rented = words > 128 ? ArrayPool<ulong>.Shared.Rent(words) : null;
        Span<ulong> told = rented is null ? stackalloc ulong[128] : rented.AsSpan(0, words);
        told.Clear();
        if ((_flat ?? Flatten()) is { } flat)
        {
            ScanFlat(flat, input, from, told, ref sink);
        }
        else
        {
            int state = 0;
            for (int at = from; at < input.Length && at - _longest < sink.Limit; at++)
            {
                state = Next(state, _ignoreCase ? AsciiFold.Lower(input[at]) : input[at]);
                Tell(_states[state].Output, at, told, ref sink);
            }
        }

        if (rented is not null)
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// The same by the table. Each step waits for the one before it: where the order does not matter, four parts of the input are gone through at a time.
    /// </summary>
    private void ScanFlat<TSink>(int[] flat, ReadOnlySpan<byte> input, int from, scoped Span<ulong> told, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        byte[] columns = _columns;
        int state = 0, at = from;
        // A literal that begins in a part is found from there on, be it that it ends in the next one.
        int part = (input.Length - from - _longest) / 4, steps = part + _longest - 1;
        if (TSink.TakesAnyOrder && part > _longest)
        {
            ReadOnlySpan<byte> first = input.Slice(from, steps), second = input.Slice(from + part, steps);
            ReadOnlySpan<byte> third = input.Slice(from + (2 * part), steps), fourth = input.Slice(from + (3 * part), steps);
            int one = 0, two = 0, three = 0;
            for (int i = 0; i < first.Length; i++)
            {
                one = flat[(one & ~HasOutput) + columns[first[i]]];
                two = flat[(two & ~HasOutput) + columns[second[i]]];
                three = flat[(three & ~HasOutput) + columns[third[i]]];
                state = flat[(state & ~HasOutput) + columns[fourth[i]]];
                if ((one | two | three | state) >= 0) continue;
                TellFlat(flat, one, from + i, told, ref sink);
                TellFlat(flat, two, from + part + i, told, ref sink);
                TellFlat(flat, three, from + (2 * part) + i, told, ref sink);
                TellFlat(flat, state, from + (3 * part) + i, told, ref sink);
                if (sink.Limit == 0) return;
            }

            at = from + (3 * part) + steps;
        }

        for (; at < input.Length && at - _longest < sink.Limit; at++)
        {
            state = flat[(state & ~HasOutput) + columns[input[at]]];
            TellFlat(flat, state, at, told, ref sink);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TellFlat<TSink>(int[] flat, int state, int at, scoped Span<ulong> told, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        if (state >= 0)
        {
            return;
        }

        int literal = flat[(state & ~HasOutput) + _width];
        if ((told[literal >> 6] >> literal & 1) == 0)
        {
            Tell(literal, at, told, ref sink);
        }
    }

    /// <summary>
    /// Tells of a literal that ends at a place, and of all that are suffixes of it; each once, or one of many that nest would be told at every place.
    /// </summary>
    private void Tell<TSink>(int literal, int at, scoped Span<ulong> told, ref TSink sink)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        for (; literal >= 0 && (told[literal >> 6] >> literal & 1) == 0; literal = _shorter[literal])
        {
            told[literal >> 6] |= 1UL << literal;
            sink.Found(_ids[literal], at + 1 - _lengths[literal]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int number, byte value)
    {
        while (true)
        {
            ref readonly State state = ref _states[number];
            if (state.Kind == StateKind.Branch)
            {
                return _rows[(state.Child * _width) + _columns[value]];
            }

            if (state.Kind == StateKind.Chain && state.Label == value)
            {
                return state.Child;
            }

            number = state.Fallback;
        }
    }

    /// <summary>Numbers the states of the tree of the literals level by level, so that the children of a state are neighbours.</summary>
    private static (State[] States, byte[] Labels, int Rows) LayOut((byte[] Bytes, int Id)[] sorted)
    {
        List<State> states = [];
        List<byte> labels = [0];
        int rows = 0;

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
            states.Add(
                children > 1 || node.Depth == 0 ? new State(rows++, 0, output, StateKind.Branch, (byte)(children - 1))
                : children == 1 ? new State(firstChild, 0, output, StateKind.Chain, labels[firstChild])
                : new State(0, 0, output, StateKind.Leaf, 0));
        }

        return ([.. states], [.. labels], rows);
    }

    /// <summary>Sets where each state falls back to: the longest proper suffix of it that is a state. Levels are linked from the top.</summary>
    private void Link(byte[] labels)
    {
        int child = 1;
        for (int number = 0; number < _states.Length; number++)
        {
            State state = _states[number];
            int children = state.Kind switch { StateKind.Branch => state.Label + 1, StateKind.Chain => 1, _ => 0 };

            // What a branch does not lead to, its fallback does. That is on a level above, and has its row.
            Span<int> row = state.Kind == StateKind.Branch ? _rows.AsSpan(state.Child * _width, _width) : [];
            if (number != 0)
            {
                for (int value = 0; value < 256 && row.Length > 0; value++)
                {
                    row[_columns[value]] = Next(state.Fallback, (byte)value);
                }
            }

            for (int end = child + children; child < end; child++)
            {
                byte label = labels[child];
                int fallback = number == 0 ? 0 : Next(state.Fallback, label);
                int own = _states[child].Output, suffix = _states[fallback].Output;
                if (own >= 0)
                {
                    _shorter[own] = suffix;
                }

                _states[child] = _states[child] with { Fallback = fallback, Output = own >= 0 ? own : suffix };
                if (row.Length > 0)
                {
                    row[_columns[label]] = child;
                }
            }
        }
    }

    /// <summary>Gives every state a row; null if that takes too much.</summary>
    private int[]? Flatten()
    {
        if ((long)_states.Length * _stride > _mostFlat)
        {
            return null;
        }

        int[] flat = new int[_states.Length * _stride];
        for (int number = 0; number < _states.Length; number++)
        {
            Span<int> row = flat.AsSpan(number * _stride, _stride);
            State state = _states[number];
            row[_width] = state.Output;
            if (state.Kind == StateKind.Branch)
            {
                for (int column = 0; column < _width; column++)
                {
                    row[column] = Flat(_rows[(state.Child * _width) + column]);
                }

                continue;
            }

            // What a state falls back to is on a level above, and has its row.
            flat.AsSpan(state.Fallback * _stride, _width).CopyTo(row);
            if (state.Kind == StateKind.Chain)
            {
                row[_columns[state.Label]] = Flat(state.Child);
            }
        }

        return _flat = flat;
    }

    private int Flat(int number) => (number * _stride) | (_states[number].Output >= 0 ? HasOutput : 0);

    private enum StateKind : byte
    {
        /// <summary>No literal goes on from here.</summary>
        Leaf,

        /// <summary>One byte goes on.</summary>
        Chain,

        /// <summary>The root, or several bytes go on.</summary>
        Branch,
    }

    /// <param name="Child">Of a chain, the child's number; of a branch, its row.</param>
    /// <param name="Fallback">The longest proper suffix that is a state.</param>
    /// <param name="Output">The literal that ends here, or else the longest one that is a suffix of this state; -1 for none.</param>
    /// <param name="Kind">How it goes on.</param>
    /// <param name="Label">Of a chain, the byte that leads to its child; of a branch, how many children it has, less one.</param>
    private readonly record struct State(int Child, int Fallback, int Output, StateKind Kind, byte Label);
}
