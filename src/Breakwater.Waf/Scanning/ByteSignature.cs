using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Waf.Scanning;

/// <summary>
/// Which kinds of bytes a value holds, as a word with one bit a kind: a value is read once, and after that each question about its bytes is
/// one instruction. Bytes that no question tells apart are of one kind; those that no question is about have no bit. Immutable.
/// </summary>
internal sealed class ByteSignature
{
    private const int MaxKinds = 64;

    private readonly ulong[] _kind = new ulong[256];

    /// <param name="sets">Sets of bytes to ask about, the most important first: not more are taken than there are bits for.</param>
    public ByteSignature(IEnumerable<byte[]> sets)
    {
        int[] kinds = new int[256];
        int count = 1;
        foreach (byte[] set in sets)
        {
            int[] split = Split(kinds, set, out int splitCount);
            // Kind 0 are the bytes that are in no set.
            if (splitCount - 1 <= MaxKinds) (kinds, count) = (split, splitCount);
        }

        for (int b = 0; b < 256; b++) _kind[b] = kinds[b] == 0 ? 0 : 1UL << (kinds[b] - 1);
    }

    /// <summary>The bits of which a value has one exactly if it has a byte of the set; false where the set was not taken.</summary>
    public bool TryGetBits(byte[] set, out ulong bits)
    {
        bits = 0;
        foreach (byte b in set) bits |= _kind[b];
        for (int b = 0; b < 256; b++)
        {
            if (_kind[b] == 0 ? Array.IndexOf(set, (byte)b) >= 0 : (_kind[b] & bits) != 0 && Array.IndexOf(set, (byte)b) < 0) return false;
        }

        return true;
    }

    /// <summary>The kinds of all bytes of a value.</summary>
    public ulong Of(ReadOnlySpan<byte> value)
    {
        ref byte at = ref MemoryMarshal.GetReference(value);
        ref ulong kind = ref MemoryMarshal.GetArrayDataReference(_kind);
        ulong even = 0, odd = 0;
        int left = value.Length;
        for (; left >= 8; left -= 8, at = ref Unsafe.Add(ref at, 8))
        {
            ulong bytes = Unsafe.ReadUnaligned<ulong>(ref at);
            even |= Unsafe.Add(ref kind, (byte)bytes) | Unsafe.Add(ref kind, (byte)(bytes >> 16))
                | Unsafe.Add(ref kind, (byte)(bytes >> 32)) | Unsafe.Add(ref kind, (byte)(bytes >> 48));
            odd |= Unsafe.Add(ref kind, (byte)(bytes >> 8)) | Unsafe.Add(ref kind, (byte)(bytes >> 24))
                | Unsafe.Add(ref kind, (byte)(bytes >> 40)) | Unsafe.Add(ref kind, (byte)(bytes >> 56));
        }

        for (; left > 0; left--, at = ref Unsafe.Add(ref at, 1)) even |= Unsafe.Add(ref kind, at);
        return even | odd;
    }

    /// <summary>Tells the bytes of a kind that are in the set from those that are not.</summary>
    private static int[] Split(int[] kinds, byte[] set, out int count)
    {
        Dictionary<(int Kind, bool IsIn), int> numbers = new() { [(0, false)] = 0 };
        int[] split = new int[256];
        bool[] isIn = new bool[256];
        foreach (byte b in set) isIn[b] = true;
        for (int b = 0; b < 256; b++)
        {
            if (!numbers.TryGetValue((kinds[b], isIn[b]), out int number)) numbers.Add((kinds[b], isIn[b]), number = numbers.Count);
            split[b] = number;
        }

        count = numbers.Count;
        return split;
    }
}
