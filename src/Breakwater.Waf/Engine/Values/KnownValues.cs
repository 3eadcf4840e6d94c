using System.Runtime.CompilerServices;

namespace Breakwater.Waf.Engine;

/// <summary>
/// Values that come again and again, such as a browser's name, the cookies of a session and the names of fields, and what was found of them: which
/// operators may hold for one in each way that rules read it, after all that were tried and did not. A value is entered when it comes a second time,
/// under a hash that visitors cannot foresee; a newer one takes the place of an older one. What is kept is what a search would find, so that no answer
/// depends on it.
/// </summary>
/// <remarks>
/// Of bounded size: at most <see cref="Slots"/> values of <see cref="LongestValue"/> bytes, and of each at most some kilobytes of what was found, where
/// nearly every operator may hold wherever it is read; a few bytes where none may. Thread-safe; nothing waits.
/// </remarks>
internal sealed class KnownValues
{
    /// <summary>Longer values are not entered.</summary>
    public const int LongestValue = 512;

    /// <summary>How many values there is room for; a power of two.</summary>
    private const int Slots = 4096;

    private readonly KnownValue?[] _slots = new KnownValue?[Slots];

    // Of what came lately: the newest hash of each place. A race costs a value its entry for now, no more.
    private readonly uint[] _seen = new uint[Slots];

    /// <summary>What is known of a value; null for nothing.</summary>
    public KnownValue? Find(uint hash, ReadOnlySpan<byte> value)
    {
        int slot = (int)(hash & (Slots - 1));
        if (Volatile.Read(ref _slots[slot]) is { } first && first.Is(hash, value)) return first;
        return Volatile.Read(ref _slots[slot ^ 1]) is { } second && second.Is(hash, value) ? second : null;
    }

    /// <summary>Whether a value that is not known came lately; it has now.</summary>
    public bool ComesAgain(uint hash)
    {
        ref uint place = ref _seen[hash & (Slots - 1)];
        if (place == hash) return true;
        place = hash;
        return false;
    }

    /// <summary>Enters a value in its own place, or in that of the older of two others.</summary>
    public void Enter(KnownValue value)
    {
        int slot = (int)(value.Hash & (Slots - 1));
        KnownValue? there = Volatile.Read(ref _slots[slot]);
        if (there?.IsSame(value) == false) Volatile.Write(ref _slots[slot ^ 1], there);
        Volatile.Write(ref _slots[slot], value);
    }
}

/// <summary>Operators, of one word of bits, that may hold for a value of a target, in any of the ways that it is read.</summary>
/// <param name="Target">The target, of those of all phases.</param>
/// <param name="Word">The word.</param>
/// <param name="Bits">A bit each.</param>
internal readonly record struct KnownBits(int Target, int Word, ulong Bits);

/// <summary>What is known of a value. Immutable.</summary>
internal sealed class KnownValue
{
    /// <summary>How many targets there can be something known for; nothing is of those beyond.</summary>
    public const int MostTargets = 64 * TargetWords;

    private const int TargetWords = 2;

    private readonly byte[] _value;
    private TargetSet _targets; // for which it is known what may hold
    private KnownBits[] _bits = [];
    private (int Chain, byte[] Result)[] _digests = [];

    /// <param name="hash">Its hash.</param>
    /// <param name="value">The value.</param>
    public KnownValue(uint hash, byte[] value) => (Hash, _value) = (hash, value);

    private KnownValue(KnownValue other)
    {
        (Hash, _value) = (other.Hash, other._value);
        (_targets, _bits, _digests) = (other._targets, other._bits, other._digests);
    }

    public uint Hash { get; }

    /// <summary>All operators that may hold for it where it is known, but those that may for any value.</summary>

    public ReadOnlySpan<KnownBits> Bits => _bits;

    public bool Is(uint hash, ReadOnlySpan<byte> value) => Hash == hash && value.SequenceEqual(_value);

    public bool IsSame(KnownValue other) => Is(other.Hash, other._value);

    /// <summary>Whether it is known what may hold for it as a value of a target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsKnownAs(int target) => target < MostTargets && (_targets[target >> 6] & (1UL << target)) != 0;

    /// <summary>The same value, with what was found of it as a value of more targets.</summary>
    public KnownValue With(ReadOnlySpan<int> targets, ReadOnlySpan<KnownBits> bits)
    {
        KnownValue value = new(this) { _bits = [.. _bits, .. bits] };
        foreach (int target in targets)
        {
            if (target < MostTargets) value._targets[target >> 6] |= 1UL << target;
        }

        return value;
    }

    /// <summary>The same value, with a digest of it.</summary>
    public KnownValue With(int chain, byte[] digest) => new(this) { _digests = [.. _digests, (chain, digest)] };

    /// <summary>A digest of it, by the chain that makes it; null for one that is not known.</summary>
    public byte[]? DigestBy(int chain)
    {
        foreach ((int known, byte[] result) in _digests)
        {
            if (known == chain) return result;
        }

        return null;
    }

    /// <summary>Whether an operator may hold for it as a value of a target that it is known for.</summary>
    public bool MayHold(int target, int operation)
    {
        foreach (KnownBits some in _bits)
        {
            if (some.Target == target && some.Word == operation >> 6 && (some.Bits & (1UL << operation)) != 0) return true;
        }

        return false;
    }

    [InlineArray(TargetWords)]
    private struct TargetSet
    {
        private ulong _first;
    }
}
