using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>A value that operators read.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct FeedEntry
{
    /// <summary>The group of values of one target that are left as they are by the same transformations; none where what operators find is known.</summary>
    public const int NoGroup = -1;

    /// <summary>The member's name.</summary>
    public ByteSlice Name;

    /// <summary>The value's number before transformations.</summary>
    public int Buffer;

    public int Group;

    /// <summary>What was found of the value when it came before; null for nothing.</summary>
    public KnownValue? Known;
}

/// <summary>
/// What the rules of a transaction read, made once for all rules that read the same: the values of each target, and, from the first rule of a phase
/// on that asks, which operators may hold for any value of each target, and for any at all. Most rules end with one look at the latter.
/// Of values that have come before it is known already (<see cref="KnownValues"/>). Values with the same classes of bytes are left as they are by the
/// same chains of transformations, so that most chains are settled for a whole group of values at once. Owned by one transaction.
/// </summary>
internal sealed class FeedTable
{
    private const int FirstEntries = 128, KeptEntries = 2048;

    /// <summary>Groups of one target's values; what is beyond that shares the last one.</summary>
    private const int MostGroups = 8;

    /// <summary>Values of targets that are kept after one phase; what is beyond that may come a third time.</summary>
    private const int MostComingAgain = 512;

    private readonly WafTransaction _transaction;
    private readonly int _requestWords;
    private readonly int _responseWords;
    private readonly State[] _targets;
    private readonly ulong[] _candidates; // the request's, and behind them the response's
    private readonly long[] _epochs = new long[VariableSources.Count];
    private ulong[] _targetBits = []; // as many words for each target of the phase
    private long _epoch;
    private PhaseScan? _phase;
    private bool _isCollected;
    private FeedEntry[] _entries = new FeedEntry[FirstEntries];
    private int _used;

    // Values that come again, and targets for which it is not known what may hold for them.
    private readonly List<(int Buffer, TargetScan Target)> _comeAgain = [];

    // What is found of one of them.
    private readonly List<int> _keptTargets = [];
    private readonly List<KnownBits> _keptBits = [];

    public FeedTable(WafTransaction transaction, WafProgram program)
    {
        _transaction = transaction;
        _requestWords = program.WordsOf(isResponse: false);
        _responseWords = program.WordsOf(isResponse: true);
        _candidates = new ulong[_requestWords + _responseWords];
        _targets = new State[program.TxSlotsOf.Length];
    }

    public ref readonly FeedEntry this[int index] => ref _entries[index];

    /// <summary>Bytes that it holds.</summary>
    public long HeldBytes =>
        ((long)Unsafe.SizeOf<State>() * _targets.Length) + ((long)Unsafe.SizeOf<FeedEntry>() * _entries.Length)
        + (8L * (_candidates.Length + _targetBits.Length));

    /// <summary>The variables of a source, and of those that come later, are others from now on.</summary>
    public void Renew(VariableSource source)
    {
        _epoch++;
        for (int i = (int)source; i < _epochs.Length; i++) _epochs[i] = _epoch;
    }

    /// <summary>Forgets all values.</summary>
    public void Reset()
    {
        _phase = null;
        _isCollected = false;
        _used = 0;
        if (_entries.Length > KeptEntries) _entries = new FeedEntry[FirstEntries];
    }

    /// <summary>A phase begins, whose values nobody has searched yet.</summary>
    public void Begin(PhaseScan phase)
    {
        _phase = phase;
        _isCollected = false;
        _comeAgain.Clear();
    }

    /// <summary>A phase is over: what was found of values that come again is kept for the next time.</summary>
    public void End()
    {
        if (_comeAgain.Count > 1) _comeAgain.Sort(static (left, right) => (left.Buffer, left.Target.Number).CompareTo((right.Buffer, right.Target.Number)));
        for (int i = 0, end; i < _comeAgain.Count; i = end)
        {
            int buffer = _comeAgain[i].Buffer;
            for (end = i + 1; end < _comeAgain.Count && _comeAgain[end].Buffer == buffer;) end++;
            // Beyond the budget a value is left as it is by every transformation.
            if (!_transaction.IsSpent) Keep(buffer, CollectionsMarshal.AsSpan(_comeAgain)[i..end]);
        }

        _comeAgain.Clear();
    }

    /// <summary>Whether an operator may hold for any value that one of the phase's rules has it read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(int word, ulong bit)
    {
        if (!_isCollected) Collect();
        return (_candidates[word] & bit) != 0;
    }

    /// <summary>What the values of a target are searched for, by rules that are searched for.</summary>
    public TargetScan ScanOf(TargetPiece target, bool isResponse) => _phase!.ScanOf(target, isResponse);

    /// <summary>Whether an operator may hold for any value of a target.</summary>
    public bool MayHold(TargetScan target, int operation)
    {
        if (!_isCollected) Collect();
        return (_targetBits[(target.Place * _candidates.Length) + (operation >> 6)] & (1UL << operation)) != 0;
    }

    /// <summary>As the other one, for one of its values.</summary>
    public static bool MayHold(in FeedEntry entry, TargetScan target, int operation) =>
        target.IsResponse || entry.Known is not { } known || RuleBits.Has(target.Open, operation) || known.MayHold(target.Number, operation);

    /// <summary>The values of a target: where they begin among all, and how many there are.</summary>
    public (int Start, int Count) Read(TargetPiece target)
    {
        ref State state = ref Ready(target);
        return (state.Start, state.Count);
    }

    private void Collect()
    {
        PhaseScan phase = _phase!;
        _isCollected = true;
        Array.Clear(_candidates);
        int size = phase.Targets.Length * _candidates.Length;
        if (_targetBits.Length < size) _targetBits = new ulong[size];
        else _targetBits.AsSpan(0, size).Clear();
        foreach (TargetScan target in phase.Targets)
        {
            // Of most requests most collections are empty.
            State state = Ready(target.Target);
            if (state.Count > 0) Collect(target, state);
        }
    }

    private void Collect(TargetScan target, State state)
    {
        int words = target.IsResponse ? _responseWords : _requestWords;
        Span<ulong> bits = _targetBits.AsSpan(target.Place * _candidates.Length, words);
        target.Open.CopyTo(bits);
        Span<ByteClasses> groups = stackalloc ByteClasses[MostGroups];
        int groupCount = Group(target, state, bits, groups);
        if (groupCount > 0) Search(target, state, groups[..groupCount], bits);
        RuleBits.Add(bits, _candidates.AsSpan(target.IsResponse ? _requestWords : 0, words));
    }

    /// <summary>Collects what may hold for values of which nothing is known.</summary>
    private void Search(TargetScan target, State state, ReadOnlySpan<ByteClasses> groups, Span<ulong> bits)
    {
        int words = bits.Length;
        Span<ulong> groupBits = stackalloc ulong[MostGroups * words];
        Span<ulong> found = stackalloc ulong[words];
        uint narrowed = 0, searched = 0;
        foreach (FeedScan feed in target.Feeds)
        {
            found.Clear();
            uint changed = 0;
            for (int group = 0; group < groups.Length; group++)
            {
                if ((groups[group] & feed.Feed.Chain.Triggers) != 0)
                {
                    changed |= 1u << group;
                    continue;
                }

                Span<ulong> some = groupBits.Slice(group * words, words);
                // Feeds that many read come first, so that hardly any group is gone through twice.
                if (((feed.IsSmall ? narrowed : searched) & (1u << group)) == 0)
                {
                    narrowed |= 1u << group;
                    if (!feed.IsSmall) searched |= 1u << group;
                    Collect(feed.IsSmall, target.IsResponse, state, group, some);
                }

                RuleBits.Add(some, found);
            }

            if (changed != 0) Collect(feed, target.IsResponse, state, changed, found);
            RuleBits.AddCommon(found, feed.Operators, bits);
        }
    }

    /// <summary>Tells what is known of a target's values; puts the others into groups, and answers how many there are.</summary>
    private int Group(TargetScan target, State state, Span<ulong> bits, Span<ByteClasses> groups)
    {
        BufferTable buffers = _transaction.Buffers;
        int count = 0;
        foreach (ref FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            entry.Known = null;
            if (!target.IsResponse && buffers.KnownOf(entry.Buffer) is { } known && known.IsKnownAs(target.Number))
            {
                entry.Known = known;
                entry.Group = FeedEntry.NoGroup;
                foreach (KnownBits some in known.Bits)
                {
                    if (some.Target == target.Number) bits[some.Word] |= some.Bits;
                }

                continue;
            }

            entry.Group = GroupOf(buffers.ClassesOf(entry.Buffer), groups, ref count);
            if (!target.IsResponse && _comeAgain.Count < MostComingAgain && buffers.ComesAgain(entry.Buffer)) _comeAgain.Add((entry.Buffer, target));
        }

        return count;
    }

    /// <summary>Keeps all that operators, tried or not, may still find of a value.</summary>
    private void Keep(int buffer, ReadOnlySpan<(int Buffer, TargetScan Target)> reads)
    {
        BufferTable buffers = _transaction.Buffers;
        Span<ulong> found = stackalloc ulong[_requestWords];
        Span<ulong> bits = stackalloc ulong[_requestWords];
        _keptTargets.Clear();
        _keptBits.Clear();
        foreach ((_, TargetScan target) in reads)
        {
            // A target may have the same value many times.
            if (_keptTargets.Count > 0 && _keptTargets[^1] == target.Number) continue;
            _keptTargets.Add(target.Number);
            bits.Clear();
            foreach (FeedScan feed in target.Feeds)
            {
                found.Clear();
                Collect(feed, isResponse: false, buffer, found);
                RuleBits.AddCommon(found, feed.Operators, bits);
            }

            for (int word = 0; word < bits.Length; word++)
            {
                if (bits[word] != 0) _keptBits.Add(new KnownBits(target.Number, word, bits[word]));
            }
        }

        if (!_transaction.IsSpent) buffers.Know(buffer, CollectionsMarshal.AsSpan(_keptTargets), CollectionsMarshal.AsSpan(_keptBits));
    }

    /// <summary>Collects what may hold for the values of a group as they are.</summary>
    private void Collect(bool isSmall, bool isResponse, State state, int group, Span<ulong> bits)
    {
        bits.Clear();
        foreach (ref readonly FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            if (entry.Group == group) Collect(isSmall, isResponse, entry.Buffer, bits);
        }
    }

    /// <summary>Collects what may hold for the values of some groups, transformed.</summary>
    private void Collect(FeedScan feed, bool isResponse, State state, uint groups, Span<ulong> bits)
    {
        foreach (ref readonly FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            if (entry.Group >= 0 && (groups & (1u << entry.Group)) != 0) Collect(feed, isResponse, entry.Buffer, bits);
        }
    }

    /// <summary>Collects what may hold for a value, transformed.</summary>
    private void Collect(FeedScan feed, bool isResponse, int value, Span<ulong> bits)
    {
        BufferTable buffers = _transaction.Buffers;
        TransformChain chain = feed.Feed.Chain;
        if (!feed.Feed.MultiMatch)
        {
            Collect(feed.IsSmall, isResponse, buffers.Transform(value, chain), bits);
            return;
        }

        Collect(feed.IsSmall, isResponse, value, bits);
        foreach (TransformationKind kind in chain.Kinds)
        {
            int next = buffers.Transform(value, kind);
            if (next != value) Collect(feed.IsSmall, isResponse, next, bits);
            value = next;
        }
    }

    private void Collect(bool isSmall, bool isResponse, int buffer, Span<ulong> bits)
    {
        BufferTable buffers = _transaction.Buffers;
        RuleBits.Add(isSmall ? buffers.NarrowedOf(buffer, isResponse) : buffers.CandidatesOf(buffer, isResponse), bits);
    }

    private ref State Ready(TargetPiece target)
    {
        ref State state = ref _targets[target.Id];
        long epoch = _epochs[(int)target.Source];
        if (state.Epoch == epoch) return ref state;
        state = new State { Epoch = epoch, Start = _used };
        Fill(target);
        state.Count = _used - state.Start;
        return ref state;
    }

    private void Fill(TargetPiece target)
    {
        TransactionVariables variables = _transaction.Variables;
        if (variables.TryViews(target.Variable, target.IsXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            Fill(target, first, areNames);
            if (second is not null) Fill(target, second, areNames);
            return;
        }

        int value = variables.Buffer(target.Variable, _transaction.Buffers);
        if (value >= 0) Add(TransactionMemory.Absent, value);
    }

    private void Fill(TargetPiece target, CollectionView view, bool areNames)
    {
        TransactionMemory memory = _transaction.Memory;
        BufferTable buffers = _transaction.Buffers;
        for (int i = 0; i < view.Count; i++)
        {
            ByteSlice name = view.Members[i].Name;
            if (!target.IncludesAll && !target.Includes(memory[name])) continue;
            int value = areNames ? view.NameBuffer(i, buffers) : view.ValueBuffer(i, buffers);
            // XML's members are nodes of one expression, which is all the name that they have.
            if (target.Variable == SecVariable.Xml) name = target.IsXmlAttributes ? _transaction.Program.XmlAttributesName : _transaction.Program.XmlTextName;
            Add(name, value);
        }
    }

    private void Add(ByteSlice name, int buffer)
    {
        if (_used == _entries.Length) Array.Resize(ref _entries, 2 * _used);
        _entries[_used++] = new FeedEntry { Name = name, Buffer = buffer };
    }

    private static int GroupOf(ByteClasses classes, Span<ByteClasses> groups, ref int count)
    {
        int group = groups[..count].IndexOf(classes);
        if (group >= 0) return group;
        if (count == groups.Length)
        {
            groups[^1] |= classes;
            return count - 1;
        }

        groups[count] = classes;
        return count++;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State
    {
        public long Epoch;
        public int Start;
        public int Count;
    }
}
