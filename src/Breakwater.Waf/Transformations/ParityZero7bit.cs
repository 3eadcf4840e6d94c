namespace Breakwater.Waf.Transformations;

/// <summary><c>parityZero7bit</c>: the eighth bit is cleared.</summary>
internal static class ParityZero7bit
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (int i = 0; i < input.Length; i++) output[i] = (byte)(input[i] & 0x7F);
        return input.Length;
    }
}
