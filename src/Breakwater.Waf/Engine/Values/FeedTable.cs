using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>A value that operators read: the member's name, the value's number before transformations, and the group of its classes of bytes.</summary>
internal readonly record struct FeedEntry(ByteSlice Name, int Buffer, int Group);

/// <summary>
/// What the rules of a transaction read, made once for all rules that read the same: the values of each target, and, from the first rule of a phase
/// on that asks, which operators may hold for any value of each <see cref="Feed"/>, and for any at all. Most rules end with one look at the latter.
/// Values with the same classes of bytes are left as they are by the same chains of transformations, so that most chains are settled for a whole
/// group of values at once. Owned by one transaction.
/// </summary>
internal sealed class FeedTable
{
    private const int FirstEntries = 128, KeptEntries = 2048, FirstGroups = 64, KeptGroups = 256;

    /// <summary>Groups of one target's values; what is beyond that shares the last one.</summary>
    private const int MostGroups = 8;

    private readonly WafTransaction _transaction;
    private readonly int _requestWords;
    private readonly int _responseWords;
    private readonly State[] _targets;
    private readonly ulong[] _candidates; // the request's, and behind them the response's
    private readonly long[] _epochs = new long[VariableSources.Count];
    private ulong[] _feedBits = [];
    private long _epoch;
    private PhaseScan? _phase;
    private bool _isCollected;
    private FeedEntry[] _entries = new FeedEntry[FirstEntries];
    private int _used;
    private ByteClasses[] _groups = new ByteClasses[FirstGroups];
    private int _groupsUsed;

    public FeedTable(WafTransaction transaction, WafProgram program)
    {
        _transaction = transaction;
        _requestWords = program.WordsOf(isResponse: false);
        _responseWords = program.WordsOf(isResponse: true);
        _candidates = new ulong[_requestWords + _responseWords];
        _targets = new State[program.TxSlotsOf.Length];
    }

    public FeedEntry this[int index] => _entries[index];

    /// <summary>Bytes that it holds.</summary>
    public long HeldBytes =>
        ((long)Unsafe.SizeOf<State>() * _targets.Length) + ((long)Unsafe.SizeOf<FeedEntry>() * _entries.Length)
        + (8L * (_candidates.Length + _feedBits.Length)) + (4L * _groups.Length);

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
        _used = _groupsUsed = 0;
        if (_entries.Length > KeptEntries) _entries = new FeedEntry[FirstEntries];
        if (_groups.Length > KeptGroups) _groups = new ByteClasses[FirstGroups];
    }

    /// <summary>A phase begins, whose values nobody has searched yet.</summary>
    public void Begin(PhaseScan phase)
    {
        _phase = phase;
        _isCollected = false;
    }

    /// <summary>Whether an operator may hold for any value that one of the phase's rules has it read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(int word, ulong bit)
    {
        if (!_isCollected) Collect();
        return (_candidates[word] & bit) != 0;
    }

    /// <summary>Whether an operator may hold for any value of a feed. Only for operators of rules that are searched for.</summary>
    public bool MayHold(Feed feed, bool isResponse, int operation)
    {
        if (!_isCollected) Collect();
        int place = _phase!.PlaceOf(feed, isResponse) * _candidates.Length;
        return (_feedBits[place + (operation >> 6)] & (1UL << operation)) != 0;
    }

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
        int size = phase.FeedCount * _candidates.Length;
        if (_feedBits.Length < size) _feedBits = new ulong[size];
        else _feedBits.AsSpan(0, size).Clear();
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
        Span<ulong> candidates = _candidates.AsSpan(target.IsResponse ? _requestWords : 0, words);
        Span<ulong> groupBits = stackalloc ulong[MostGroups * words];
        uint known = 0, searched = 0;
        foreach (FeedScan feed in target.Feeds)
        {
            Span<ulong> bits = _feedBits.AsSpan(feed.Place * _candidates.Length, words);
            if (feed.IsOpen)
            {
                RuleBits.Add(feed.Operators, bits);
            }
            else
            {
                uint changed = 0;
                for (int group = 0; group < state.GroupCount; group++)
                {
                    if ((_groups[state.FirstGroup + group] & feed.Feed.Chain.Triggers) != 0)
                    {
                        changed |= 1u << group;
                        continue;
                    }

                    Span<ulong> some = groupBits.Slice(group * words, words);
                    // Feeds that many read come first, so that hardly any group is gone through twice.
                    if (((feed.IsSmall ? known : searched) & (1u << group)) == 0)
                    {
                        known |= 1u << group;
                        if (!feed.IsSmall) searched |= 1u << group;
                        Collect(feed.IsSmall, target.IsResponse, state, group, some);
                    }

                    RuleBits.Add(some, bits);
                }

                if (changed != 0) Collect(feed, target.IsResponse, state, changed, bits);
            }

            RuleBits.AddCommon(bits, feed.Operators, candidates);
        }
    }

    /// <summary>Collects what may hold for the values of a group as they are.</summary>
    private void Collect(bool isSmall, bool isResponse, State state, int group, Span<ulong> bits)
    {
        bits.Clear();
        foreach (FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            if (entry.Group == group) Collect(isSmall, isResponse, entry.Buffer, bits);
        }
    }

    /// <summary>Collects what may hold for the values of some groups, transformed.</summary>
    private void Collect(FeedScan feed, bool isResponse, State state, uint groups, Span<ulong> bits)
    {
        BufferTable buffers = _transaction.Buffers;
        TransformChain chain = feed.Feed.Chain;
        foreach (FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            if ((groups & (1u << entry.Group)) == 0) continue;
            int value = entry.Buffer;
            if (!feed.Feed.MultiMatch)
            {
                Collect(feed.IsSmall, isResponse, buffers.Transform(value, chain), bits);
                continue;
            }

            Collect(feed.IsSmall, isResponse, value, bits);
            foreach (TransformationKind kind in chain.Kinds)
            {
                int next = buffers.Transform(value, kind);
                if (next != value) Collect(feed.IsSmall, isResponse, next, bits);
                value = next;
            }
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
        state = new State { Epoch = epoch, Start = _used, FirstGroup = _groupsUsed };
        Fill(target);
        state.Count = _used - state.Start;
        state.GroupCount = _groupsUsed - state.FirstGroup;
        return ref state;
    }

    private void Fill(TargetPiece target)
    {
        int firstGroup = _groupsUsed;
        TransactionVariables variables = _transaction.Variables;
        if (variables.TryViews(target.Variable, target.IsXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            Fill(target, first, areNames, firstGroup);
            if (second is not null) Fill(target, second, areNames, firstGroup);
            return;
        }

        int value = variables.Buffer(target.Variable, _transaction.Buffers);
        if (value >= 0) Add(TransactionMemory.Absent, value, firstGroup);
    }

    private void Fill(TargetPiece target, CollectionView view, bool areNames, int firstGroup)
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
            Add(name, value, firstGroup);
        }
    }

    private void Add(ByteSlice name, int buffer, int firstGroup)
    {
        if (_used == _entries.Length) Array.Resize(ref _entries, 2 * _used);
        _entries[_used++] = new FeedEntry(name, buffer, GroupOf(_transaction.Buffers.ClassesOf(buffer), firstGroup) - firstGroup);
    }

    private int GroupOf(ByteClasses classes, int firstGroup)
    {
        int group = firstGroup;
        while (group < _groupsUsed && _groups[group] != classes) group++;
        if (group == firstGroup + MostGroups)
        {
            _groups[--group] |= classes;
            return group;
        }

        if (group < _groupsUsed) return group;
        if (_groupsUsed == _groups.Length) Array.Resize(ref _groups, 2 * _groupsUsed);
        _groups[_groupsUsed++] = classes;
        return group;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State
    {
        public long Epoch;
        public int Start;
        public int Count;
        public int FirstGroup;
        public int GroupCount;
    }
}
