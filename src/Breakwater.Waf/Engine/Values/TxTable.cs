using Breakwater.Matching;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The collection TX. Names that rules write have slots; others, which rules make of what the request holds, are in a table of their own.
/// Case does not matter. Which groups a rule captured is found out when one of them is read: hardly any is, and to find them takes a slower
/// search. Owned by one transaction.
/// </summary>
internal sealed class TxTable(TransactionMemory memory, WorkMeter work)
{
    private const int Buckets = 256; // a power of two

    // Each name takes a rule's match, so only an attack comes near.
    private const int MostMade = 4096;
    private const int KeptMade = 128;

    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private readonly int[] _buckets = new int[Buckets];
    private Made[] _made = [];
    private int _madeCount;
    private WafProgram? _program;
    private ByteSlice[] _slots = [];
    private long[] _numbers = []; // of slots, where _hasNumber says so
    private bool[] _hasNumber = [];
    private ReadOnlyMemory<bool> _pinned;

    // What TX:1 to TX:9 are groups of, where nobody has asked for them yet.
    private Operator? _capturing;
    private ByteSlice _captured;
    private ByteSlice _capturingArgument;

    /// <summary>Names that are not in the program.</summary>
    public int MadeCount => _madeCount;

    public void Reset(WafProgram program, ReadOnlyMemory<bool> pinned)
    {
        if (!ReferenceEquals(_program, program))
        {
            _slots = new ByteSlice[program.TxNames.Length];
            _numbers = new long[_slots.Length];
            _hasNumber = new bool[_slots.Length];
        }

        _program = program;
        _pinned = pinned;
        _slots.AsSpan().Fill(TransactionMemory.Absent);
        Array.Clear(_hasNumber);
        _capturing = null;
        if (_madeCount == 0) return;
        Array.Clear(_buckets);
        _madeCount = 0;
        if (_made.Length > KeptMade) _made = [];
    }

    /// <summary>The value of a slot; absent where it has none.</summary>
    public ByteSlice this[int slot]
    {
        get
        {
            if (_capturing is not null) Resolve(slot);
            return _slots[slot];
        }
    }

    /// <summary>A name and its value, of those not in the program; absent where it was removed.</summary>
    public Member MadeAt(int index) => new(_made[index].Name, _made[index].Value);

    /// <summary>Gives a slot its value; what the zone has set stays.</summary>
    public void Set(int slot, ByteSlice value)
    {
        if (_capturing is not null) Resolve(slot);
        if (IsPinned(slot)) return;
        _slots[slot] = value;
        _hasNumber[slot] = false;
    }

    /// <summary>The value of a slot as a number; false where it has none.</summary>
    public bool TryNumber(int slot, out long number)
    {
        if (_capturing is not null) Resolve(slot);
        if (!_hasNumber[slot])
        {
            if (!TransactionMemory.IsPresent(_slots[slot]))
            {
                number = 0;
                return false;
            }

            _numbers[slot] = WholeNumber.Of(memory[_slots[slot]]);
            _hasNumber[slot] = true;
        }

        number = _numbers[slot];
        return true;
    }

    /// <summary>A match with <c>capture</c>: it becomes TX:0, its groups TX:1 to TX:9, and what those held before is gone.</summary>
    public void Capture(Operator of, ByteSlice value, ByteSlice argument, ByteRange match)
    {
        (_capturing, _captured, _capturingArgument) = (null, value, argument);
        Set(0, match.IsNone ? TransactionMemory.Absent : new ByteSlice(value.Offset + match.Start, match.Length));
        _capturing = of;
    }

    /// <summary>What the zone sets before any rule runs; rules cannot change it.</summary>
    public void Pin(int slot, ByteSlice value)
    {
        _slots[slot] = value;
        _hasNumber[slot] = false;
    }

    /// <summary>Empties a slot.</summary>
    public void Unset(int slot) => Set(slot, TransactionMemory.Absent);

    /// <summary>The value of a name that was made at run time.</summary>
    public ByteSlice Get(ReadOnlySpan<byte> name)
    {
        int slot = _program!.FindTx(name);
        if (slot >= 0) return this[slot];
        int made = Find(name, out _);
        return made < 0 ? TransactionMemory.Absent : _made[made].Value;
    }

    /// <summary>Gives a name that was made at run time its value.</summary>
    public void Set(ByteSlice name, ByteSlice value)
    {
        int slot = _program!.FindTx(memory[name]);
        if (slot >= 0)
        {
            Set(slot, value);
            return;
        }

        int made = Find(memory[name], out uint hash);
        if (made >= 0)
        {
            _made[made].Value = value;
            return;
        }

        if (!TransactionMemory.IsPresent(value)) return;
        if (_madeCount == MostMade)
        {
            work.Exhaust();
            return;
        }

        if (_madeCount == _made.Length) Array.Resize(ref _made, Math.Max(16, 2 * _madeCount));
        ref int bucket = ref _buckets[(int)(hash & (Buckets - 1))];
        _made[_madeCount] = new Made { Name = name, Value = value, Hash = hash, Next = bucket };
        bucket = ++_madeCount;
    }

    private void Resolve(int slot)
    {
        if (slot is 0 or >= Operator.MaxGroups) return;
        Operator of = _capturing!;
        _capturing = null;
        work.Charge(_captured.Length);
        Span<ByteRange> groups = stackalloc ByteRange[Operator.MaxGroups];
        if (!of.TryMatch(memory[_captured], memory[_capturingArgument], groups, out int count)) count = 0;
        for (int i = 1; i < Operator.MaxGroups; i++)
        {
            Set(i, i < count && !groups[i].IsNone ? new ByteSlice(_captured.Offset + groups[i].Start, groups[i].Length) : TransactionMemory.Absent);
        }
    }

    private int Find(ReadOnlySpan<byte> name, out uint hash)
    {
        hash = KeyedHash.Compute(name, Seed, ignoreCase: true);
        for (int at = _buckets[(int)(hash & (Buckets - 1))] - 1; at >= 0; at = _made[at].Next - 1)
        {
            if (_made[at].Hash == hash && NameText.AreEqual(memory[_made[at].Name], name)) return at;
        }

        return -1;
    }

    private bool IsPinned(int slot) => !_pinned.IsEmpty && _pinned.Span[slot];

    private struct Made
    {
        public ByteSlice Name;
        public ByteSlice Value;
        public uint Hash;
        public int Next;
    }
}
