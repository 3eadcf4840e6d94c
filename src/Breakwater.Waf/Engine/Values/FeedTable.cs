using System.Runtime.InteropServices;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>A value that operators read: the member's name, and the value's number after its transformations.</summary>
internal readonly record struct FeedEntry(ByteSlice Name, int Buffer);

/// <summary>
/// What the rules of a transaction read, made once for all rules that read the same: for each <see cref="Feed"/> its values, for each
/// <see cref="Bundle"/> the operators that may hold for any of them. Most rules end with one look at the latter. Owned by one transaction.
/// </summary>
internal sealed class FeedTable
{
    private const int KeptEntries = 16384;

    private readonly int _requestWords;
    private readonly int _responseWords;
    private readonly State[] _feeds;
    private readonly long[] _bundles; // the stamp at which the bits were made
    private readonly ulong[] _feedBits;
    private readonly ulong[] _bundleBits;
    private readonly int _words;
    private readonly long[] _epochs = new long[VariableSources.Count];
    private long _stamp;
    private FeedEntry[] _entries = new FeedEntry[256];
    private int _used;

    public FeedTable(WafProgram program)
    {
        _requestWords = program.RequestIndex.WordCount;
        _responseWords = program.ResponseIndex.WordCount;
        _words = Math.Max(_requestWords, _responseWords);
        _feeds = new State[program.Feeds.Length];
        _bundles = new long[program.Bundles.Length];
        _feedBits = new ulong[_feeds.Length * _words];
        _bundleBits = new ulong[_bundles.Length * _words];
    }

    /// <summary>The variables of a source, and of those that come later, are others from now on.</summary>
    public void Renew(VariableSource source)
    {
        _stamp++;
        for (int i = (int)source; i < _epochs.Length; i++) _epochs[i] = _stamp;
        if (source != VariableSource.Head) return;
        _used = 0;
        if (_entries.Length > KeptEntries) _entries = new FeedEntry[256];
    }

    /// <summary>The operators that may hold for any value of a bundle, a bit each.</summary>
    public ReadOnlySpan<ulong> CandidatesOf(Bundle bundle, WafTransaction transaction)
    {
        Span<ulong> bits = _bundleBits.AsSpan(bundle.Id * _words, bundle.IsResponse ? _responseWords : _requestWords);
        if (_bundles[bundle.Id] == _stamp) return bits;
        bits.Clear();
        foreach (Feed feed in bundle.Feeds)
        {
            ReadOnlySpan<ulong> some = CandidatesOf(feed, bundle.IsResponse, transaction);
            for (int i = 0; i < bits.Length; i++) bits[i] |= some[i];
        }

        _bundles[bundle.Id] = _stamp;
        return bits;
    }

    /// <summary>The operators that may hold for any value of a feed.</summary>
    public ReadOnlySpan<ulong> CandidatesOf(Feed feed, bool isResponse, WafTransaction transaction)
    {
        Read(feed, transaction);
        Span<ulong> bits = _feedBits.AsSpan(feed.Id * _words, isResponse ? _responseWords : _requestWords);
        ref State state = ref _feeds[feed.Id];
        int known = isResponse ? 2 : 1;
        if (state.BitsOf == known) return bits;
        bits.Clear();
        foreach (FeedEntry entry in _entries.AsSpan(state.Start, state.Count))
        {
            ReadOnlySpan<ulong> some = transaction.Buffers.CandidatesOf(entry.Buffer, isResponse);
            for (int i = 0; i < bits.Length; i++) bits[i] |= some[i];
        }

        state.BitsOf = (byte)known;
        return bits;
    }

    /// <summary>The values of a feed: where they begin among all, and how many there are.</summary>
    public (int Start, int Count) Read(Feed feed, WafTransaction transaction)
    {
        ref State state = ref _feeds[feed.Id];
        long epoch = _epochs[(int)feed.Piece.Source];
        if (state.Epoch != epoch)
        {
            int start = _used;
            Fill(feed, transaction);
            state = new State { Epoch = epoch, Start = start, Count = _used - start };
        }

        return (state.Start, state.Count);
    }

    public FeedEntry this[int index] => _entries[index];

    private void Fill(Feed feed, WafTransaction transaction)
    {
        TargetPiece piece = feed.Piece;
        TransactionVariables variables = transaction.Variables;
        BufferTable buffers = transaction.Buffers;
        if (!variables.TryViews(piece.Variable, piece.IsXmlAttributes, out CollectionView first, out CollectionView? second, out bool areNames))
        {
            int value = variables.Buffer(piece.Variable, buffers);
            if (value >= 0) Add(feed, TransactionMemory.Absent, value, buffers);
            return;
        }

        Fill(feed, first, areNames, transaction);
        if (second is not null) Fill(feed, second, areNames, transaction);
    }

    private void Fill(Feed feed, CollectionView view, bool areNames, WafTransaction transaction)
    {
        TargetPiece piece = feed.Piece;
        TransactionMemory memory = transaction.Memory;
        BufferTable buffers = transaction.Buffers;
        for (int i = 0; i < view.Count; i++)
        {
            ByteSlice name = view.Members[i].Name;
            if (!piece.IncludesAll && !piece.Includes(memory[name])) continue;
            int value = areNames ? view.NameBuffer(i, buffers) : view.ValueBuffer(i, buffers);
            // XML's members are nodes of one expression, which is all the name that they have.
            Add(feed, piece.Variable == SecLang.SecVariable.Xml ? XmlName(feed.Piece, transaction) : name, value, buffers);
        }
    }

    private static ByteSlice XmlName(TargetPiece piece, WafTransaction transaction) =>
        piece.IsXmlAttributes ? transaction.Program.XmlAttributesName : transaction.Program.XmlTextName;

    private void Add(Feed feed, ByteSlice name, int value, BufferTable buffers)
    {
        if (!feed.MultiMatch)
        {
            Add(name, buffers.Transform(value, feed.Chain));
            return;
        }

        Add(name, value);
        foreach (TransformationKind kind in feed.Chain.Kinds)
        {
            int next = buffers.Transform(value, kind);
            if (next != value) Add(name, next);
            value = next;
        }
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
        public byte BitsOf; // 1: the request's operators, 2: the response's
    }
}
