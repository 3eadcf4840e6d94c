using System.Numerics;

namespace Breakwater.Waf.Transformations;

/// <summary><c>parityOdd7bit</c>: the eighth bit is set where the number of ones in the whole byte is even, and cleared elsewhere.</summary>
internal static class ParityOdd7bit
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (int i = 0; i < input.Length; i++) output[i] = (byte)((input[i] & 0x7F) | ((~BitOperations.PopCount(input[i]) & 1) << 7));
        return input.Length;
    }
}
