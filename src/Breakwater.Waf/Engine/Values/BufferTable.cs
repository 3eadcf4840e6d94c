using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Breakwater.Matching;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.Scanning;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The distinct values of a transaction, as they came and after transformations, each with a number. A value is transformed once in each
/// way and scanned once, wherever and however often it turns up:
/// <code>
///   value ──hash──> number ──transformation──> number … ──scan──> candidate bits, one an operator
/// </code>
/// A value that a transformation leaves as it is keeps its number. Owned by one transaction.
/// </summary>
internal sealed class BufferTable
{
    private const int Buckets = 512; // a power of two
    private const int LongestChain = 8;

    /// <summary>Values of at least so many bytes are read once for several regular expressions.</summary>
    private const int LongValue = 4096;

    // What a request of ordinary size needs; more is given back after one that needed it.
    private const int FirstEntries = 64, KeptEntries = 256, FirstRows = 8, KeptRows = 128, FirstBits = 256, KeptBits = 2048;

    private static readonly int Kinds = Enum.GetValues<TransformationKind>().Length;
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly TransactionMemory _memory;
    private readonly WorkMeter _work;
    private readonly int[] _buckets = new int[Buckets]; // number + 1
    private Entry[] _entries = new Entry[FirstEntries];
    private readonly int _width;
    private ushort[] _results; // rows of one cell a transformation and one a chain: number + 1, 0 for not yet
    private int _rows;
    private ulong[] _bits = new ulong[FirstBits];
    private int _bitsUsed;
    private ScanPlan? _plan;

    public BufferTable(TransactionMemory memory, WorkMeter work, WafProgram program)
    {
        _memory = memory;
        _work = work;
        _width = Kinds + program.ChainCount;
        _results = new ushort[_width * FirstRows];
    }

    public int Count { get; private set; }

    /// <summary>Bytes that it holds.</summary>
    public long HeldBytes => ((long)Unsafe.SizeOf<Entry>() * _entries.Length) + (2L * _results.Length) + (4L * Buckets) + (8L * _bits.Length);

    /// <summary>Forgets all values; the next ones are searched for what a plan says.</summary>
    public void Reset(ScanPlan? plan)
    {
        _plan = plan;
        Count = 0;
        _rows = 0;
        _bitsUsed = 0;
        Array.Clear(_buckets);
        if (_entries.Length > KeptEntries) _entries = new Entry[FirstEntries];
        if (_results.Length > _width * KeptRows) _results = new ushort[_width * FirstRows];
        if (_bits.Length > KeptBits) _bits = new ulong[FirstBits];
    }

    /// <summary>Where the bytes of a value lie.</summary>
    public ByteSlice SliceOf(int buffer) => _entries[buffer].Bytes;

    /// <summary>The bytes of a value; worth nothing after the next value is added.</summary>
    public ReadOnlySpan<byte> BytesOf(int buffer) => _memory[_entries[buffer].Bytes];

    /// <summary>The number of a value.</summary>
    public int Intern(ByteSlice value)
    {
        ReadOnlySpan<byte> bytes = _memory[value];
        uint hash = KeyedHash.Compute(bytes, Seed, ignoreCase: false);
        ref int bucket = ref _buckets[(int)(hash & (Buckets - 1))];
        int steps = 0;
        // A chain that is long all the same costs time only, and not much of it: then equal values get two numbers.
        for (int at = bucket - 1; at >= 0 && steps < LongestChain; at = _entries[at].Next - 1, steps++)
        {
            if (_entries[at].Hash == hash && bytes.SequenceEqual(_memory[_entries[at].Bytes])) return at;
        }

        if (Count == _entries.Length) Array.Resize(ref _entries, 2 * Count);
        _entries[Count] = new Entry { Bytes = value, Hash = hash, Next = bucket, Row = -1, Request = Scanned.Nothing, Response = Scanned.Nothing };
        bucket = Count + 1;
        return Count++;
    }

    /// <summary>What was found of a value in earlier transactions; null for nothing.</summary>
    public KnownValue? KnownOf(int buffer)
    {
        ref Entry entry = ref _entries[buffer];
        if (!entry.IsLookedUp) LookUp(ref entry);
        return entry.Known;
    }

    /// <summary>Whether a value came before, and lately, so that it is worth while to keep what is found of it.</summary>
    public bool ComesAgain(int buffer)
    {
        ref Entry entry = ref _entries[buffer];
        if (!entry.IsLookedUp) LookUp(ref entry);
        return entry.ComesAgain;
    }

    /// <summary>Keeps what was found of a value for later transactions.</summary>
    public void Know(int buffer, ReadOnlySpan<int> targets, ReadOnlySpan<KnownBits> found) => Enter(buffer, KnownOrNew(buffer).With(targets, found));

    private KnownValue KnownOrNew(int buffer) => KnownOf(buffer) ?? new KnownValue(_entries[buffer].Hash, BytesOf(buffer).ToArray());

    private void Enter(int buffer, KnownValue known)
    {
        _entries[buffer].Known = known;
        _plan!.Known.Enter(known);
    }

    private void LookUp(ref Entry entry)
    {
        entry.IsLookedUp = true;
        if (entry.Bytes.Length > KnownValues.LongestValue) return;
        entry.Known = _plan!.Known.Find(entry.Hash, _memory[entry.Bytes]);
        entry.ComesAgain = entry.Known is not null || _plan.Known.ComesAgain(entry.Hash);
    }

    /// <summary>The value after a whole chain.</summary>
    public int Transform(int buffer, TransformChain chain)
    {
        if (chain.IsEmpty || (ClassesOf(buffer) & chain.Triggers) == 0) return buffer;
        int cell = Cell(buffer, Kinds + chain.Id);
        if (_results[cell] > 0) return _results[cell] - 1;
        int result = buffer;
        if (chain.IsDigest && KnownOf(buffer)?.DigestBy(chain.Id) is { } digest)
        {
            result = Intern(_memory.Keep(digest));
        }
        else
        {
            foreach (TransformationKind kind in chain.Kinds) result = Transform(result, kind);
            if (chain.IsDigest && ComesAgain(buffer) && !_work.IsSpent) Enter(buffer, KnownOrNew(buffer).With(chain.Id, BytesOf(result).ToArray()));
        }

        Remember(cell, result);
        return result;
    }

    /// <summary>The value after one transformation.</summary>
    public int Transform(int buffer, TransformationKind kind)
    {
        if ((ClassesOf(buffer) & Transformation.TriggersOf(kind)) == 0) return buffer;
        int cell = Cell(buffer, (int)kind);
        if (_results[cell] > 0) return _results[cell] - 1;
        int result = Apply(buffer, kind);
        Remember(cell, result);
        return result;
    }

    /// <summary>Results with large numbers are worked out again when they are asked for again: only a request of very many values has them.</summary>
    private void Remember(int cell, int result)
    {
        if (result < ushort.MaxValue) _results[cell] = (ushort)(result + 1);
    }

    private int Cell(int buffer, int column)
    {
        int row = _entries[buffer].Row;
        if (row < 0) row = _entries[buffer].Row = AddRow();
        return (row * _width) + column;
    }

    /// <summary>Whether it is known of a value which operators may hold for it, be it in part.</summary>
    public bool IsNarrowed(int buffer, bool isResponse) => _entries[buffer].Of(isResponse).Bits >= 0;

    /// <summary>Whether a value has been searched for literals.</summary>
    public bool IsSearched(int buffer, bool isResponse) => _entries[buffer].Of(isResponse).IsSearched;

    /// <summary>
    /// Which operators of the index may hold for a value, a bit each, as far as its length and kinds of bytes tell; the caller clears the bit of one
    /// that it found not to. Worth nothing after the next value is asked about.
    /// </summary>
    public Span<ulong> NarrowedOf(int buffer, bool isResponse)
    {
        ref Scanned scanned = ref _entries[buffer].Of(isResponse);
        ScanIndex index = _plan!.IndexOf(isResponse);
        if (scanned.Bits >= 0) return _bits.AsSpan(scanned.Bits, index.WordCount);
        ByteSlice bytes = _entries[buffer].Bytes;
        scanned.Bits = AddBits(bytes.Length < LongValue ? index.WordCount : 3 * index.WordCount);
        Span<ulong> candidates = _bits.AsSpan(scanned.Bits, index.WordCount);
        candidates.Fill(ulong.MaxValue);
        _work.Charge(bytes.Length);
        scanned.Kinds = index.Narrow(_memory[bytes], candidates);
        return candidates;
    }

    /// <summary>As <see cref="NarrowedOf"/>, and as far as the literals in the value tell.</summary>
    public Span<ulong> CandidatesOf(int buffer, bool isResponse)
    {
        Span<ulong> candidates = NarrowedOf(buffer, isResponse);
        ref Entry entry = ref _entries[buffer];
        ref Scanned scanned = ref entry.Of(isResponse);
        if (scanned.IsSearched) return candidates;
        scanned.IsSearched = true;
        _plan!.IndexOf(isResponse).Search(_memory[entry.Bytes], scanned.Kinds, candidates);
        return candidates;
    }

    /// <summary>
    /// Whether a regular expression may match a value that is narrowed. A long value is dear to read, and so it is read once for all those that
    /// are left of the ones that a target's rules ask about.
    /// </summary>
    /// <param name="buffer">The value.</param>
    /// <param name="operation">The expression, which is a candidate.</param>
    /// <param name="target">What asks.</param>
    /// <param name="source">The value of the target that became <paramref name="buffer"/>.</param>
    public bool MayMatch(int buffer, int operation, TargetScan target, int source)
    {
        ScanIndex index = _plan!.IndexOf(target.IsResponse);
        if (_entries[buffer].Bytes.Length < LongValue || !RuleBits.Has(index.Patterns, operation)) return true;
        if (!RuleBits.Has(Asked(buffer, target.IsResponse, out _), operation)) Ask(index, buffer, target, source);
        _ = Asked(buffer, target.IsResponse, out Span<ulong> ruledOut);
        return !RuleBits.Has(ruledOut, operation);
    }

    /// <summary>Of a long value that is narrowed: the regular expressions that it was read for at once, and those of them that do not match.</summary>
    private Span<ulong> Asked(int buffer, bool isResponse, out Span<ulong> ruledOut)
    {
        int words = _plan!.IndexOf(isResponse).WordCount;
        Span<ulong> bits = _bits.AsSpan(_entries[buffer].Of(isResponse).Bits, 3 * words);
        ruledOut = bits[(2 * words)..];
        return bits.Slice(words, words);
    }

    /// <summary>Reads a long value for all regular expressions that are left of those that a target's rules ask about.</summary>
    private void Ask(ScanIndex index, int buffer, TargetScan target, int source)
    {
        int words = index.WordCount;
        Span<ulong> left = stackalloc ulong[words];
        left.Clear();
        foreach (FeedScan feed in target.Feeds)
        {
            if (!feed.Feed.MultiMatch && Transform(source, feed.Feed.Chain) == buffer) RuleBits.Add(feed.Operators, left);
        }

        Span<ulong> candidates = NarrowedOf(buffer, target.IsResponse);
        Span<ulong> asked = Asked(buffer, target.IsResponse, out Span<ulong> ruledOut);
        Patterns patterns = default;
        Span<int> numbers = stackalloc int[ByteRegex.MostTogether];
        int count = 0;
        for (int word = 0; word < words; word++)
        {
            for (ulong rest = left[word] & candidates[word] & index.Patterns[word] & ~asked[word]; rest != 0 && count < ByteRegex.MostTogether; rest &= rest - 1)
            {
                numbers[count] = (word << 6) + BitOperations.TrailingZeroCount(rest);
                patterns[count] = index.PatternOf(numbers[count]);
                count++;
            }
        }

        if (count < 2) return;
        uint matched = ByteRegex.MayMatch(((ReadOnlySpan<ByteRegex>)patterns)[..count], _memory[_entries[buffer].Bytes]);
        for (int i = 0; i < count; i++)
        {
            asked[numbers[i] >> 6] |= 1UL << numbers[i];
            if ((matched >> i & 1) == 0) ruledOut[numbers[i] >> 6] |= 1UL << numbers[i];
        }
    }

    /// <summary>The classes of bytes in a value, which tell the transformations that would leave it as it is.</summary>
    public ByteClasses ClassesOf(int buffer)
    {
        ref Entry entry = ref _entries[buffer];
        // Never none once it is known: every value is of the class Always.
        if (entry.Classes == ByteClasses.None) entry.Classes = ByteClassifier.Of(_memory[entry.Bytes]);
        return entry.Classes;
    }

    private int AddBits(int words)
    {
        int start = _bitsUsed;
        _bitsUsed += words;
        if (_bitsUsed > _bits.Length) Array.Resize(ref _bits, Math.Max(_bitsUsed, 2 * _bits.Length));
        _bits.AsSpan(start, words).Clear();
        return start;
    }

    private int AddRow()
    {
        int start = _rows * _width;
        if (start + _width > _results.Length) Array.Resize(ref _results, 2 * _results.Length);
        _results.AsSpan(start, _width).Clear();
        return _rows++;
    }

    private int Apply(int buffer, TransformationKind kind)
    {
        ByteSlice input = _entries[buffer].Bytes;
        _work.Charge(input.Length);
        ByteArena results = _memory.Results;
        if (_work.IsSpent || !results.TryReserve(Transformation.MaxLength(kind, input.Length), out Span<byte> room))
        {
            _work.Exhaust();
            return buffer;
        }

        if (!Transformation.Apply(kind, _memory[input], room, out int written)) return buffer;
        int used = results.Used;
        ByteSlice output = TransactionMemory.In(TransactionMemory.Transformed, results.Commit(written));
        int number = Intern(output);
        if (_entries[number].Bytes != output) results.Rewind(used);
        return number;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public ByteSlice Bytes;
        public uint Hash;
        public int Next; // of its bucket: number + 1
        public ByteClasses Classes;
        public int Row;
        public bool IsLookedUp;
        public bool ComesAgain;
        public KnownValue? Known;
        public Scanned Request;
        public Scanned Response;

        [UnscopedRef]
        public ref Scanned Of(bool isResponse) => ref isResponse ? ref Response : ref Request;
    }

    [InlineArray(ByteRegex.MostTogether)]
    private struct Patterns
    {
        private ByteRegex _first;
    }

    /// <summary>What is known of a value by one of the two indexes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Scanned
    {
        public static readonly Scanned Nothing = new() { Bits = -1 };

        public int Bits; // the operators that may hold; behind them those of Asked
        public bool IsSearched;
        public ulong Kinds;
    }
}
