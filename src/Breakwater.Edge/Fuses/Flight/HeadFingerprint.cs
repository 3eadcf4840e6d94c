using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Edge.Fuses.Flight;

/// <summary>
/// Knows a request again by all bytes of its head: 64 bits, keyed, so that nobody can choose two heads with the same. Not for anything that must
/// withstand more than that. Stateless.
/// </summary>
internal static class HeadFingerprint
{
    // The fractions of the square roots of 2, 3, 5 and 7: numbers that nobody chose.
    private const ulong A = 0x6A09_E667_F3BC_C909;
    private const ulong B = 0xBB67_AE85_84CA_A73B;
    private const ulong C = 0x3C6E_F372_FE94_F82B;
    private const ulong D = 0xA54F_F53A_5F1D_36F1;

    /// <summary>The fingerprint of a head; never 0, which stands for none.</summary>
    /// <param name="head">Its bytes as they came.</param>
    /// <param name="key">The key, the same wherever fingerprints are to be compared.</param>
    public static ulong Of(ReadOnlySpan<byte> head, ulong key)
    {
        var lanes = new Lanes(key);
        ReadOnlySpan<byte> rest = head;
        while (rest.Length >= Lanes.Size)
        {
            lanes.Add(ref MemoryMarshal.GetReference(rest));
            rest = rest[Lanes.Size..];
        }

        Span<byte> last = stackalloc byte[Lanes.Size];
        last.Clear();
        rest.CopyTo(last);
        lanes.Add(ref MemoryMarshal.GetReference(last));
        ulong sum = lanes.Sum((ulong)head.Length, key);
        return sum == 0 ? 1 : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);

        // The words themselves stay in: a factor of 0 must not swallow the other.
        return high ^ low ^ BitOperations.RotateLeft(x, 23) ^ y;
    }

    /// <summary>Four sums that do not wait for each other: each step takes in sixteen bytes of each by one multiplication to 128 bits.</summary>
    private struct Lanes(ulong key)
    {
        public const int Size = 64;

        private ulong _a = key ^ A;
        private ulong _b = key ^ B;
        private ulong _c = key ^ C;
        private ulong _d = key ^ D;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ref byte bytes)
        {
            _a = Mix(Word(ref bytes, 0) ^ _a, Word(ref bytes, 1) ^ C);
            _b = Mix(Word(ref bytes, 2) ^ _b, Word(ref bytes, 3) ^ D);
            _c = Mix(Word(ref bytes, 4) ^ _c, Word(ref bytes, 5) ^ A);
            _d = Mix(Word(ref bytes, 6) ^ _d, Word(ref bytes, 7) ^ B);
        }

        public readonly ulong Sum(ulong length, ulong key) =>
            Mix(Mix(_a ^ BitOperations.RotateLeft(_b, 32), BitOperations.RotateLeft(_c, 16) ^ D) ^ length, BitOperations.RotateLeft(_d, 48) ^ key);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Word(ref byte bytes, int index) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, index * sizeof(ulong)));
    }
}
