using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>A value that operators read: the member's name, and the value's number after its transformations.</summary>
internal readonly record struct FeedEntry(ByteSlice Name, int Buffer);

/// <summary>
/// What the rules of a transaction read, made once for all rules that read the same: for each <see cref="Feed"/> its values, for each
/// <see cref="Bundle"/> the operators that may hold for any of them. Most rules end with one look at the latter. Where no value holds a byte
/// that a chain of transformations would change, the chain's feed is the plain one. Owned by one transaction.
/// </summary>
internal sealed class FeedTable
{
    private const int FirstEntries = 256, KeptEntries = 2048, FirstBits = 256, KeptBits = 2048;

    private readonly WafTransaction _transaction;
    private readonly int _requestWords;
    private readonly int _responseWords;
    private readonly int _words;
    private ScanPlan? _plan;
    private readonly State[] _feeds;
    private readonly Bundle[] _bundles;
    private readonly long[] _bundleStamps; // when their bits were made
    private readonly ulong[] _bundleBits;
    private ulong[] _feedBits = new ulong[FirstBits];
    private int _feedBitsUsed;
    private readonly long[] _epochs = new long[VariableSources.Count];
    private long _stamp;
    private FeedEntry[] _entries = new FeedEntry[FirstEntries];
    private int _used;

    public FeedTable(WafTransaction transaction, WafProgram program)
    {
        _transaction = transaction;
        _requestWords = program.WordsOf(isResponse: false);
        _responseWords = program.WordsOf(isResponse: true);
        _words = Math.Max(_requestWords, _responseWords);
        _feeds = new State[program.Feeds.Length];
        _bundles = program.Bundles;
        _bundleStamps = new long[_bundles.Length];
        _bundleBits = new ulong[_bundles.Length * _words];
    }

    public FeedEntry this[int index] => _entries[index];

    /// <summary>Bytes that it holds.</summary>
    public long HeldBytes =>
        ((long)Unsafe.SizeOf<State>() * _feeds.Length) + ((long)Unsafe.SizeOf<FeedEntry>() * _entries.Length)
        + (8L * (_bundleStamps.Length + _bundleBits.Length + _feedBits.Length));

    /// <summary>The variables of a source, and of those that come later, are others from now on.</summary>
    public void Renew(VariableSource source)
    {
        _stamp++;
        for (int i = (int)source; i < _epochs.Length; i++) _epochs[i] = _stamp;
    }

    /// <summary>Forgets all values; the next ones are searched for what a plan says.</summary>
    public void Reset(ScanPlan? plan)
    {
        _plan = plan;
        _used = _feedBitsUsed = 0;
        if (_entries.Length > KeptEntries) _entries = new FeedEntry[FirstEntries];
        if (_feedBits.Length > KeptBits) _feedBits = new ulong[FirstBits];
    }

    /// <summary>Whether an operator may hold for any value of a bundle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(int bundle, int word, ulong bit)
    {
        if (_bundleStamps[bundle] != _stamp) Collect(_bundles[bundle]);
        return (_bundleBits[(bundle * _words) + word] & bit) != 0;
    }

    /// <summary>Whether an operator may hold for any value of a feed.</summary>
    public bool MayHold(Feed feed, bool isResponse, int word, ulong bit) => (CandidatesOf(feed, isResponse)[word] & bit) != 0;

    /// <summary>The values of a feed: where they begin among all, and how many there are.</summary>
    public (int Start, int Count) Read(Feed feed)
    {
        ref State state = ref Ready(feed);
        return (state.Start, state.Count);
    }

    private void Collect(Bundle bundle)
    {
        Span<ulong> bits = _bundleBits.AsSpan(bundle.Id * _words, bundle.IsResponse ? _responseWords : _requestWords);
        bits.Clear();
        foreach (Feed feed in bundle.Feeds)
        {
            // Of most requests most collections are empty, whatever would be done to their values.
            if (feed.Plain is { } plain && Ready(plain).Count == 0) continue;
            ReadOnlySpan<ulong> some = CandidatesOf(feed, bundle.IsResponse);
            for (int i = 0; i < bits.Length; i++) bits[i] |= some[i];
        }

        _bundleStamps[bundle.Id] = _stamp;
    }

    private ReadOnlySpan<ulong> CandidatesOf(Feed feed, bool isResponse)
    {
        ref State state = ref Ready(feed);
        FeedUse[] uses = isResponse ? _plan!.ResponseUse : _plan!.RequestUse;
        FeedUse use = uses[feed.Id];
        // What few operators read may not have been scanned, and then says nothing about others.
        if (state.IsPlain && !use.IsSmall && !uses[feed.Plain!.Id].IsSmall) return CandidatesOf(feed.Plain, isResponse);
        int words = isResponse ? _responseWords : _requestWords;
        byte known = isResponse ? (byte)2 : (byte)1;
        if (state.BitsOf == known) return _feedBits.AsSpan(state.Bits, words);
        state.Bits = _feedBitsUsed;
        _feedBitsUsed += words;
        if (_feedBitsUsed > _feedBits.Length) Array.Resize(ref _feedBits, Math.Max(_feedBitsUsed, 2 * _feedBits.Length));
        Span<ulong> bits = _feedBits.AsSpan(state.Bits, words);
        bits.Clear();
        foreach (FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            bool isOpen = use.IsSmall && !_transaction.Buffers.IsScanned(entry.Buffer, isResponse);
            ReadOnlySpan<ulong> some = isOpen ? use.Operators : _transaction.Buffers.CandidatesOf(entry.Buffer, isResponse);
            for (int i = 0; i < bits.Length; i++) bits[i] |= some[i];
        }

        state.BitsOf = known;
        return bits;
    }

    private ref State Ready(Feed feed)
    {
        ref State state = ref _feeds[feed.Id];
        long epoch = _epochs[(int)feed.Piece.Source];
        if (state.Epoch == epoch) return ref state;
        if (feed.Plain is not { } plain)
        {
            int start = _used;
            ByteClasses classes = Fill(feed.Piece);
            state = new State { Epoch = epoch, Start = start, Count = _used - start, Classes = classes };
            return ref state;
        }

        State source = Ready(plain);
        bool isPlain = (source.Classes & feed.Chain.Triggers) == 0;
        state = new State { Epoch = epoch, Start = isPlain ? source.Start : _used, Count = source.Count, IsPlain = isPlain };
        if (!isPlain) state.Count = Transform(feed, source);
        return ref state;
    }

    /// <summary>The plain values of a target; answers the classes of bytes in all of them.</summary>
    private ByteClasses Fill(TargetPiece piece)
    {
        TransactionVariables variables = _transaction.Variables;
        if (variables.TryViews(piece.Variable, piece.IsXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            ByteClasses classes = Fill(piece, first, areNames);
            return second is null ? classes : classes | Fill(piece, second, areNames);
        }

        BufferTable buffers = _transaction.Buffers;
        int value = variables.Buffer(piece.Variable, buffers);
        if (value < 0) return ByteClasses.None;
        Add(TransactionMemory.Absent, value);
        return buffers.ClassesOf(value);
    }

    private ByteClasses Fill(TargetPiece piece, CollectionView view, bool areNames)
    {
        TransactionMemory memory = _transaction.Memory;
        BufferTable buffers = _transaction.Buffers;
        ByteClasses classes = ByteClasses.None;
        for (int i = 0; i < view.Count; i++)
        {
            ByteSlice name = view.Members[i].Name;
            if (!piece.IncludesAll && !piece.Includes(memory[name])) continue;
            int value = areNames ? view.NameBuffer(i, buffers) : view.ValueBuffer(i, buffers);
            // XML's members are nodes of one expression, which is all the name that they have.
            if (piece.Variable == SecVariable.Xml) name = piece.IsXmlAttributes ? _transaction.Program.XmlAttributesName : _transaction.Program.XmlTextName;
            Add(name, value);
            classes |= buffers.ClassesOf(value);
        }

        return classes;
    }

    private int Transform(Feed feed, State source)
    {
        BufferTable buffers = _transaction.Buffers;
        int start = _used;
        for (int i = source.Start; i < source.Start + source.Count; i++)
        {
            FeedEntry entry = _entries[i];
            if (!feed.MultiMatch)
            {
                Add(entry.Name, buffers.Transform(entry.Buffer, feed.Chain));
                continue;
            }

            Add(entry.Name, entry.Buffer);
            int value = entry.Buffer;
            foreach (TransformationKind kind in feed.Chain.Kinds)
            {
                int next = buffers.Transform(value, kind);
                if (next != value) Add(entry.Name, next);
                value = next;
            }
        }

        return _used - start;
    }

    private void Add(ByteSlice name, int buffer)
    {
        if (_used == _entries.Length) Array.Resize(ref _entries, 2 * _used);
        _entries[_used++] = new FeedEntry(name, buffer);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State
    {
        public long Epoch;
        public int Start;
        public int Count;
        public int Bits; // where those of its candidates are, where BitsOf says so
        public ByteClasses Classes; // of a plain feed
        public byte BitsOf; // 1: the request's operators, 2: the response's
        public bool IsPlain; // its values are those of the plain feed
    }
}
