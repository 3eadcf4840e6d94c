using System.Diagnostics;

namespace Breakwater.Matching;

internal sealed partial class LazyDfa
{
    /// <summary>
    /// The states and transitions known so far. Transitions may be read at any time; everything else only under the automaton's lock.
    /// </summary>
    private sealed class Cache
    {
        private const int FirstStates = 8;

        /// <summary>Kept even where the memory limit would not allow it, so that a text can always be read on.</summary>
        private const int LeastStates = 16;

        private readonly LazyDfa _dfa;
        private readonly RegexProgram _program;
        private readonly int _stride;
        private State[] _states = new State[FirstStates];
        private int[] _places = new int[256];
        private int[] _buckets = new int[FirstStates * 2];
        private int _count = 1;
        private int _used;
        private volatile int[] _table;
        private volatile ulong[] _masks;

        public Cache(LazyDfa dfa)
        {
            (_dfa, _program, _stride) = (dfa, dfa._program, 1 << dfa._strideBits);
            _table = new int[FirstStates * _stride];
            _masks = new ulong[FirstStates * dfa._words];
            Starts = new int[_program.ContextBytes.Length + 1];
        }

        /// <summary>Transitions: a row per state, a column per byte class and one for the end.</summary>
        public int[] Table => _table;

        /// <summary>Which patterns matched before each state, so many words a state.</summary>
        public ulong[] Masks => _masks;

        /// <summary>The state before anything was read, by the byte before it; 0 while unknown.</summary>
        public int[] Starts { get; }

        /// <summary>A state's places in the program (after the numbers of the patterns that matched), and what is known of the byte read last.</summary>
        private readonly record struct State(int From, int Length, int Matches, int Context, int Hash);

        /// <summary>The start state for a context; 0 when there is no room.</summary>
        public int AddStart(int context)
        {
            if (Starts[context] == 0)
            {
                int state = Intern([_program.Start], 0, context);
                Volatile.Write(ref Starts[context], state);
            }
            return Starts[context];
        }

        /// <summary>This cache's number for a state of another one; 0 when there is no room.</summary>
        public int Import(Cache other, int state)
        {
            ref readonly var from = ref other._states[state >> _dfa._strideBits];
            return Intern(other._places.AsSpan(from.From, from.Length), from.Matches, from.Context);
        }

        /// <summary>Works out where a state leads on a class of bytes; 0 when there is no room for a new state.</summary>
        public int Build(int state, int byteClass)
        {
            int known = _table[state + byteClass];
            if (known != 0)
                return known;
            int next = byteClass == _dfa.CloseClass ? Close(_states[state >> _dfa._strideBits]) : Read(_states[state >> _dfa._strideBits], byteClass);
            if (next != 0)
                Volatile.Write(ref _table[state + byteClass], next);
            return next;
        }

        /// <summary>The same state, where nothing new begins any more.</summary>
        private int Close(State state)
        {
            var places = _places.AsSpan(state.From, state.Length);
            int start = _program.Unanchored ? places.IndexOf(_program.Start) : -1;
            if (start < 0)
                return Target(places, state.Matches, state.Context, matched: false);
            Span<int> kept = [.. places[..start], .. places[(start + 1)..]];
            return Target(kept, state.Matches, state.Context, matched: false);
        }

        private int Read(State state, int byteClass)
        {
            var scratch = NfaScratch.Rent(_program);
            bool end = byteClass == _program.ClassCount;
            // What can begin in a state is the same in many: it is worked out once.
            var start = _program.Unanchored && _places.AsSpan(state.From + state.Matches, state.Length - state.Matches).Contains(_program.Start)
                ? Begin(scratch, state.Context, byteClass)
                : null;
            bool matched = Expand(scratch, state, byteClass, ref start, out int threads, out int matches);
            if (matched && _dfa._goal == DfaGoal.Any)
                return ~Matched;
            int moved = end ? matches : Move(scratch, byteClass, threads, matches, start);
            return Target(scratch.NextThreads.AsSpan(0, moved), matches, end ? 0 : _program.ContextOf[_program.ClassBytes[byteClass]], matched);
        }

        /// <summary>The transition to the state of these places, adding it if need be; 0 when there is no room.</summary>
        private int Target(ReadOnlySpan<int> places, int matches, int context, bool matched)
        {
            int flags = matched ? Matched : 0;
            if (places.IsEmpty)
                return ~flags;
            bool restart = _dfa._restartBytes is not null && places.Length == 1 && matches == 0 && places[0] == _program.Start;
            int target = Intern(places, matches, context);
            if (target == 0)
                return 0;
            flags |= restart ? Restart : 0;
            return flags == 0 ? target : ~(target | flags);
        }

        private Beginning Begin(NfaScratch scratch, int context, int byteClass)
        {
            var known = _dfa._beginnings ??= new Beginning?[Starts.Length * (_program.ClassCount + 1)];
            ref var begin = ref known[context * (_program.ClassCount + 1) + byteClass];
            if (begin is not null)
                return begin;
            int threads = 0, matches = 0;
            scratch.Advance();
            bool matched = Follow(scratch, _program.Start, Read(context), Next(byteClass), ref threads, ref matches);
            int[] patterns = scratch.NextThreads[..matches];
            int moved = byteClass == _program.ClassCount ? 0 : Move(scratch, byteClass, threads, 0, null);
            return begin = new Beginning(scratch.NextThreads[..moved], patterns, matched);
        }

        /// <summary>
        /// Follows a state's places to the instructions that read, given the next byte; true when a match is among them.
        /// For <see cref="DfaGoal.Each"/>, the patterns that match are left in NextThreads. The start is left out, as known already, and
        /// comes last, if at all.
        /// </summary>
        private bool Expand(NfaScratch scratch, State state, int byteClass, ref Beginning? start, out int threads, out int matches)
        {
            (threads, matches) = (0, 0);
            bool matched = false;
            scratch.Advance();
            for (int i = state.Matches; i < state.Length; i++)
            {
                int place = _places[state.From + i];
                if (place == _program.Start && start is not null)
                    continue;
                if (!Follow(scratch, place, Read(state.Context), Next(byteClass), ref threads, ref matches))
                    continue;
                matched = true;
                if (_dfa._goal is DfaGoal.Any or DfaGoal.First)
                {
                    start = null;
                    return true;
                }
            }
            if (start is not null)
            {
                matched |= start.Matched;
                foreach (int pattern in start.Matches)
                {
                    if (!scratch.NextThreads.AsSpan(0, matches).Contains(pattern))
                        scratch.NextThreads[matches++] = pattern;
                }
            }
            scratch.NextThreads.AsSpan(0, matches).Sort();
            return matched;
        }

        /// <summary>A byte of the context, -1 where nothing was read.</summary>
        private int Read(int context) => context == _program.ContextBytes.Length ? -1 : _program.ContextBytes[context];

        /// <summary>A byte of the class, -1 for the end.</summary>
        private int Next(int byteClass) => byteClass == _program.ClassCount ? -1 : _program.ClassBytes[byteClass];

        private bool Follow(NfaScratch scratch, int first, int read, int next, ref int threads, ref int matches)
        {
            int[] stack = scratch.Stack;
            int depth = 0;
            bool matched = false;
            stack[depth++] = first;
            while (depth > 0)
            {
                int pc = stack[--depth];
                if (!scratch.Visit(pc))
                    continue;
                ref readonly var instruction = ref _program.Instructions[pc];
                switch (instruction.Op)
                {
                    case Op.Set:
                        scratch.Threads[threads++] = pc;
                        break;
                    case Op.Split:
                        stack[depth++] = instruction.Arg;
                        stack[depth++] = instruction.Out;
                        break;
                    case Op.Match when _dfa._goal == DfaGoal.Each:
                        scratch.NextThreads[matches++] = instruction.Arg;
                        matched = true;
                        break;
                    case Op.Match when _dfa._goal != DfaGoal.Longest:
                        return true;
                    case Op.Match:
                        matched = true;
                        break;
                    case Op.Look when !_program.LookHolds(instruction.Arg, read, next):
                        break;
                    default:
                        stack[depth++] = instruction.Out;
                        break;
                }
            }
            return matched;
        }

        /// <summary>Moves the threads over a byte; the places they come to follow the matches in NextThreads. Returns how many there are then.</summary>
        private int Move(NfaScratch scratch, int byteClass, int threads, int matches, Beginning? start)
        {
            int moved = matches;
            scratch.Advance();
            for (int i = 0; i < threads; i++)
            {
                ref readonly var instruction = ref _program.Instructions[scratch.Threads[i]];
                if (_program.Accept(instruction.Arg, byteClass) && scratch.Visit(instruction.Out))
                    scratch.NextThreads[moved++] = instruction.Out;
            }
            foreach (int place in start is null ? [] : start.Places)
            {
                if (scratch.Visit(place))
                    scratch.NextThreads[moved++] = place;
            }
            if (_dfa._goal != DfaGoal.First)
                scratch.NextThreads.AsSpan(matches, moved - matches).Sort();
            return moved;
        }

        private int Intern(ReadOnlySpan<int> places, int matches, int context)
        {
            var hasher = default(HashCode);
            hasher.Add(context);
            hasher.Add(matches);
            hasher.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(places));
            int hash = hasher.ToHashCode();
            for (int bucket = hash & (_buckets.Length - 1); _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
            {
                ref readonly var state = ref _states[_buckets[bucket]];
                if (state.Hash == hash && state.Context == context && state.Matches == matches
                    && places.SequenceEqual(_places.AsSpan(state.From, state.Length)))
                {
                    return _buckets[bucket] << _dfa._strideBits;
                }
            }
            return HasRoom(places.Length) ? Append(places, matches, context, hash) : 0;
        }

        private bool HasRoom(int places)
        {
            long perState = _stride * sizeof(int) + 40 + _dfa._words * sizeof(ulong);
            return _count <= LeastStates || (_count + 1) * perState + (_used + places) * sizeof(int) <= _dfa._maxBytes;
        }

        private int Append(ReadOnlySpan<int> places, int matches, int context, int hash)
        {
            if (_count == _states.Length)
                Grow();
            while (_used + places.Length > _places.Length)
                Array.Resize(ref _places, _places.Length * 2);
            places.CopyTo(_places.AsSpan(_used));
            _states[_count] = new State(_used, places.Length, matches, context, hash);
            _used += places.Length;
            for (int i = 0; i < matches; i++)
                _masks[_count * _dfa._words + (places[i] >> 6)] |= 1UL << (places[i] & 63);
            Place(_count, hash);
            Debug.Assert((_count + 1) * _stride <= _table.Length, "a state has its row");
            return _count++ << _dfa._strideBits;
        }

        private void Place(int state, int hash)
        {
            int bucket = hash & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
                bucket = (bucket + 1) & (_buckets.Length - 1);
            _buckets[bucket] = state;
        }

        /// <summary>Doubles the room. Readers keep the old table, which stays true; what they miss in it they find in the new one.</summary>
        private void Grow()
        {
            int capacity = _states.Length * 2;
            Array.Resize(ref _states, capacity);
            int[] table = new int[capacity * _stride];
            _table.CopyTo(table, 0);
            ulong[] masks = new ulong[capacity * _dfa._words];
            _masks.CopyTo(masks, 0);
            (_table, _masks) = (table, masks);
            _buckets = new int[capacity * 2];
            for (int i = 1; i < _count; i++)
                Place(i, _states[i].Hash);
        }
    }
}
