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
        ulong a = key ^ A;
        ulong b = key ^ B;
        ReadOnlySpan<byte> rest = head;

        // Two lanes that do not wait for each other; each step takes in sixteen bytes by one multiplication to 128 bits.
        while (rest.Length >= 32)
        {
            a = Mix(Word(rest) ^ a, Word(rest[8..]) ^ C);
            b = Mix(Word(rest[16..]) ^ b, Word(rest[24..]) ^ D);
            rest = rest[32..];
        }

        Span<byte> last = stackalloc byte[32];
        last.Clear();
        rest.CopyTo(last);
        a = Mix(Word(last) ^ a, Word(last[8..]) ^ C);
        b = Mix(Word(last[16..]) ^ b, Word(last[24..]) ^ D);
        ulong sum = Mix(a ^ BitOperations.RotateLeft(b, 32) ^ (ulong)head.Length, key ^ D);
        return sum == 0 ? 1 : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);

        // The words themselves stay in: a factor of 0 must not swallow the other.
        return high ^ low ^ BitOperations.RotateLeft(x, 23) ^ y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ulong>(bytes);
}
