using System.Numerics;
using System.Runtime.CompilerServices;

namespace Breakwater.Matching;

/// <summary>
/// From a fingerprint, a number made of some bytes of a literal, to the literals that have it, which are neighbours in their table.
/// Immutable.
/// </summary>
internal sealed class FingerprintTable
{
    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <param name="fingerprints">That of each literal of a table from <paramref name="first"/> on, equal ones side by side.</param>
    /// <param name="first">The first literal.</param>
    public FingerprintTable(ReadOnlySpan<uint> fingerprints, int first)
    {
        int bits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * fingerprints.Length)));
        _shift = 32 - bits;
        _slots = new Slot[1 << bits];
        for (int i = 0; i < fingerprints.Length;)
        {
            int start = i;
            while (i < fingerprints.Length && fingerprints[i] == fingerprints[start])
            {
                i++;
            }

            int slot = (int)(Spread(fingerprints[start]) >> _shift);
            while (_slots[slot].From != _slots[slot].To)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = new Slot(fingerprints[start], first + start, first + i);
        }
    }

    public long MemoryBytes => (long)Unsafe.SizeOf<Slot>() * _slots.Length;

    /// <summary>The literals that have the fingerprint: from one number up to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int From, int To) Find(uint fingerprint)
    {
        Slot[] slots = _slots;
        for (int at = (int)(Spread(fingerprint) >> _shift); ; at = (at + 1) & (slots.Length - 1))
        {
            Slot slot = slots[at];
            if (slot.Fingerprint == fingerprint || slot.From == slot.To)
            {
                return (slot.From, slot.To);
            }
        }
    }

    private static uint Spread(uint fingerprint) => (fingerprint ^ (fingerprint >> 15)) * 0x85EBCA6B;

    private readonly record struct Slot(uint Fingerprint, int From, int To);
}
