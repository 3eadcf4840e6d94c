using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The names that rules write for members of TX, each with a slot of its own, so that most look-ups at run time are array accesses. Slots 0
/// to 9 are what rules capture. Owned by the compiler.
/// </summary>
internal sealed class ProgramNames
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _names = [];

    public ProgramNames()
    {
        for (int i = 0; i < Operators.Operator.MaxGroups; i++) TxSlot(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public LiteralPool Pool { get; } = new();

    public IReadOnlyList<string> TxNames => _names;

    /// <summary>The slot of a name; made where it is new.</summary>
    public int TxSlot(string name)
    {
        if (_slots.TryGetValue(name, out int slot)) return slot;
        _slots[name] = slot = _names.Count;
        _names.Add(name);
        return slot;
    }

    /// <summary>All names in the pool, by slot.</summary>
    public ByteSlice[] PoolTxNames() => [.. _names.Select(Pool.Add)];
}
