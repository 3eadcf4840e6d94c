namespace Breakwater.Matching;

internal sealed partial class LazyDfa
{
    /// <summary>
    /// Several automata that read a text side by side, as one: its states are tuples of theirs, and what is known of it is forgotten with
    /// the text. Reading goes on as fast as with one of them where the text brings few tuples, as repetitive ones do; where it brings
    /// many, they read the rest one after the other. Owned by one thread, and takes some 600 KiB of it.
    /// </summary>
    /// <remarks>
    /// A transition is 0 while unknown, and otherwise the offset of the next tuple's row. In a tuple, 0 stands for an automaton that has
    /// its answer.
    /// </remarks>
    internal sealed class Product
    {
        private const int RowBits = 8;
        private const int MaxTuples = 512;

        /// <summary>Of a text that does not bring less than a new transition for so many bytes, the rest is not read as one.</summary>
        private const int BytesPerTransition = 16;

        private const int FreeTransitions = 256;

        [ThreadStatic]
        private static Product? _ofThread;

        private readonly Run[] _runs = new Run[ByteRegex.MostTogether];
        private readonly int[] _table = new int[(MaxTuples + 1) << RowBits];
        private readonly int[] _tuples = new int[(MaxTuples + 1) * ByteRegex.MostTogether];
        private readonly int[] _buckets = new int[MaxTuples * 2];
        private int _automata;
        private int _count;
        private uint _matched;

        private Product()
        {
        }

        public static Product OfThread => _ofThread ??= new Product();

        /// <summary>Which automata may match, a bit each; a clear bit is certain.</summary>
        public uint MayMatch(ReadOnlySpan<LazyDfa> automata, ReadOnlySpan<byte> input)
        {
            Forget();
            (_automata, _matched) = (automata.Length, 0);
            Span<int> tuple = stackalloc int[automata.Length];
            for (int i = 0; i < automata.Length; i++)
            {
                _runs[i] = new Run(automata[i], 0);
                tuple[i] = _runs[i].StartState(input, 0);
            }
            ReadAll(input, tuple);
            // What the automata hold is not to be kept alive.
            _runs.AsSpan(0, automata.Length).Clear();
            return _matched;
        }

        private void ReadAll(ReadOnlySpan<byte> input, Span<int> tuple)
        {
            int[] table = _table;
            int at = 0, built = 0, row = Intern(tuple);
            while (at < input.Length)
            {
                int next = table[row + input[at]];
                if (next == 0)
                {
                    if (built++ > FreeTransitions && at / BytesPerTransition < built)
                        break;
                    Tuple(row).CopyTo(tuple);
                    next = Build(row, tuple, input[at], at);
                    if (next == 0)
                        return;
                }
                row = next;
                at++;
            }
            Tuple(row).CopyTo(tuple);
            for (int i = 0; i < tuple.Length; i++)
            {
                if (tuple[i] != 0 && _runs[i].Finish(input, tuple[i], at, out _) != false)
                    _matched |= 1u << i;
            }
        }

        /// <summary>Takes all automata over a byte; 0 when all have their answer.</summary>
        private int Build(int row, Span<int> tuple, byte value, int at)
        {
            bool areForgotten = false;
            for (int i = 0; i < tuple.Length; i++)
            {
                if (tuple[i] == 0)
                    continue;
                tuple[i] = _runs[i].Step(tuple[i], value, at, ref areForgotten, out bool mayMatch);
                if (mayMatch)
                    _matched |= 1u << i;
            }
            if (!tuple.ContainsAnyExcept(0))
                return 0;
            // An automaton that starts afresh numbers its states anew.
            if (areForgotten || _count == MaxTuples)
            {
                Forget();
                return Intern(tuple);
            }
            return _table[row + value] = Intern(tuple);
        }

        private ReadOnlySpan<int> Tuple(int row) => _tuples.AsSpan((row >> RowBits) * _automata, _automata);

        /// <summary>The row of a tuple.</summary>
        private int Intern(ReadOnlySpan<int> tuple)
        {
            var hasher = default(HashCode);
            foreach (int state in tuple)
                hasher.Add(state);
            int bucket = hasher.ToHashCode() & (_buckets.Length - 1);
            for (; _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
            {
                if (tuple.SequenceEqual(Tuple(_buckets[bucket])))
                    return _buckets[bucket];
            }
            int row = ++_count << RowBits;
            _buckets[bucket] = row;
            tuple.CopyTo(_tuples.AsSpan(_count * _automata));
            return row;
        }

        private void Forget()
        {
            _table.AsSpan(0, (_count + 1) << RowBits).Clear();
            _buckets.AsSpan().Clear();
            _count = 0;
        }
    }
}
