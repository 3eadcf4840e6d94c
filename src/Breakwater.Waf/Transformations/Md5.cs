using System.Security.Cryptography;

namespace Breakwater.Waf.Transformations;

/// <summary><c>md5</c>: the digest's 16 bytes (RFC 1321), to compare with known values; nothing depends on its strength.</summary>
internal static class Md5
{
#pragma warning disable CA5351 // SecLang has it, and rules compare with digests that others made.
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) => MD5.HashData(input, output);
#pragma warning restore CA5351
}
