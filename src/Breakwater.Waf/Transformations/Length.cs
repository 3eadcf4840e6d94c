using System.Buffers.Text;

namespace Breakwater.Waf.Transformations;

/// <summary><c>length</c>: the number of bytes, in decimal digits.</summary>
internal static class Length
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) =>
        Utf8Formatter.TryFormat(input.Length, output, out int written) ? written : 0;
}
