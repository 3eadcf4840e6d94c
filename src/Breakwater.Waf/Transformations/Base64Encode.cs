using System.Buffers;
using System.Buffers.Text;

namespace Breakwater.Waf.Transformations;

/// <summary><c>base64Encode</c>: RFC 4648 §4, padded, in one line.</summary>
internal static class Base64Encode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        OperationStatus status = Base64.EncodeToUtf8(input, output, out _, out int written);
        return status == OperationStatus.Done ? written : 0;
    }
}
