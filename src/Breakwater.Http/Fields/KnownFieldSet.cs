using System.Runtime.CompilerServices;

namespace Breakwater.Http;

/// <summary>A set of known fields, as bits. Immutable.</summary>
public readonly record struct KnownFieldSet
{
    private readonly ulong _low;
    private readonly ulong _high;

    private KnownFieldSet(ulong low, ulong high) => (_low, _high) = (low, high);

    /// <summary>A set of these fields.</summary>
    public static KnownFieldSet Of(params ReadOnlySpan<KnownField> fields)
    {
        KnownFieldSet set = default;
        foreach (KnownField field in fields)
        {
            set = set.With(field);
        }

        return set;
    }

    /// <summary>This set and one more field. <see cref="KnownField.None"/> is never in a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KnownFieldSet With(KnownField field)
    {
        ulong bit = 1UL << (int)field;
        ulong upper = UpperHalf(field);
        return new(_low | (bit & ~upper & ~1UL), _high | (bit & upper));
    }

    /// <summary>This set and all of the other.</summary>
    public KnownFieldSet With(KnownFieldSet other) => new(_low | other._low, _high | other._high);

    /// <summary>Whether the field is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(KnownField field)
    {
        ulong upper = UpperHalf(field);
        return (((_low & ~upper) | (_high & upper)) >> (int)field & 1) != 0;
    }

    /// <summary>Whether the sets share a field.</summary>
    public bool Overlaps(KnownFieldSet other) => ((_low & other._low) | (_high & other._high)) != 0;

    /// <summary>All ones for fields of the upper half, else zero: which half it is cannot be predicted, so nothing branches on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong UpperHalf(KnownField field) => (ulong)-(long)((uint)field >> 6);
}
