using System.Runtime.Intrinsics;

namespace Breakwater.Waf.Transformations;

/// <summary>
/// Finds the <see cref="ByteClasses"/> of a value in one pass. A byte belongs to a group when its low and its high four bits both allow it,
/// so two table look-ups in a register classify 16 bytes for eight groups at once. Stateless.
/// </summary>
public static class ByteClassifier
{
    // For each group, which low and which high halves of a byte belong to it, as bits 0 to 15.
    private static readonly (int Low, int High)[] Groups =
    [
        (1 << 5, 1 << 2), // %
        (1 << 0xB, 1 << 2), // +
        (1 << 0xC, 1 << 5), // \
        (1 << 6, 1 << 2), // &
        (1 << 0, 1 << 0), // NUL
        (0xFFFF, 1 << 4 | 1 << 5), // A-Z, @ [ \ ] ^ _
        (0xFFFF, 1 << 6 | 1 << 7), // a-z, ` { | } ~ DEL
        (0x3E01, 1 << 0 | 1 << 2), // HT-CR, blank; NUL ) * + , -
        (0xFFFF, 0xFF00), // 80-FF
        (1 << 0xA, 1 << 2), // *
        (1 << 0xD, 1 << 2), // -
        (1 << 3, 1 << 2), // #
        (1 << 0xF, 1 << 2), // /
        (1 << 0xE, 1 << 2), // .
        (1 << 2 | 1 << 7 | 1 << 0xE, 1 << 2 | 1 << 5), // " ' ^; . R W
        (1 << 0xB | 1 << 0xC, 1 << 2 | 1 << 3), // , ;; + <
    ];

    private static readonly ushort[] Table = MakeTable();
    private static readonly Vector128<byte> LowA = Half(0, high: false);
    private static readonly Vector128<byte> HighA = Half(0, high: true);
    private static readonly Vector128<byte> LowB = Half(8, high: false);
    private static readonly Vector128<byte> HighB = Half(8, high: true);

    /// <summary>The groups of which the value holds a byte, and <see cref="ByteClasses.Always"/>.</summary>
    public static ByteClasses Of(ReadOnlySpan<byte> value)
    {
        int at = 0;
        int found = 0;
        if (Vector128.IsHardwareAccelerated && value.Length >= Vector128<byte>.Count)
        {
            Vector128<byte> a = default, b = default;
            Vector128<byte> four = Vector128.Create((byte)0x0F);
            for (; at <= value.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
            {
                Vector128<byte> bytes = Vector128.Create(value.Slice(at, 16));
                Vector128<byte> low = bytes & four;
                Vector128<byte> high = Vector128.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & four;
                a |= Vector128.Shuffle(LowA, low) & Vector128.Shuffle(HighA, high);
                b |= Vector128.Shuffle(LowB, low) & Vector128.Shuffle(HighB, high);
            }

            found = Fold(a) | (Fold(b) << 8);
        }

        for (; at < value.Length; at++) found |= Table[value[at]];
        return (ByteClasses)found | ByteClasses.Always;
    }

    private static int Fold(Vector128<byte> groups)
    {
        ulong both = groups.AsUInt64()[0] | groups.AsUInt64()[1];
        both |= both >> 32;
        both |= both >> 16;
        return (int)((both | (both >> 8)) & 0xFF);
    }

    private static Vector128<byte> Half(int firstGroup, bool high)
    {
        Span<byte> halves = stackalloc byte[16];
        for (int group = 0; group < 8; group++)
        {
            int allowed = high ? Groups[firstGroup + group].High : Groups[firstGroup + group].Low;
            for (int half = 0; half < 16; half++) halves[half] |= (byte)(((allowed >> half) & 1) << group);
        }

        return Vector128.Create<byte>(halves);
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int b = 0; b < 256; b++)
        {
            for (int group = 0; group < Groups.Length; group++)
            {
                if (((Groups[group].Low >> (b & 15)) & (Groups[group].High >> (b >> 4)) & 1) != 0) table[b] |= (ushort)(1 << group);
            }
        }

        return table;
    }
}
