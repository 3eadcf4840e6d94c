using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Breakwater.Waf.Transformations;

/// <summary>Looks for bytes side by side, many places at a time: which tells of a long value that a transformation leaves it as it is. Stateless.</summary>
internal static class BytePairs
{
    /// <summary>Whether a byte stands right before one of three others, as far as that is quickly seen: of a short value the answer is yes.</summary>
    public static bool MayHave(ReadOnlySpan<byte> text, byte first, byte second, byte orSecond, byte orElse)
    {
        int width = Vector128<byte>.Count;
        if (!Vector128.IsHardwareAccelerated || text.Length <= width) return true;
        ref byte start = ref MemoryMarshal.GetReference(text);
        Vector128<byte> a = Vector128.Create(first), b = Vector128.Create(second), c = Vector128.Create(orSecond), d = Vector128.Create(orElse);
        // A block and the one that begins a byte further; the last ones end with the text, and go over some places once more.
        int last = text.Length - 1 - width;
        for (int at = 0; ; at = Math.Min(at + width, last))
        {
            Vector128<byte> next = Vector128.LoadUnsafe(ref start, (nuint)at + 1);
            Vector128<byte> found = Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at), a)
                & (Vector128.Equals(next, b) | Vector128.Equals(next, c) | Vector128.Equals(next, d));
            if (found != Vector128<byte>.Zero) return true;
            if (at == last) return false;
        }
    }
}
