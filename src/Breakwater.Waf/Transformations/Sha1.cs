using System.Security.Cryptography;

namespace Breakwater.Waf.Transformations;

/// <summary><c>sha1</c>: the digest's 20 bytes (FIPS 180-4), to compare with known values; nothing depends on its strength.</summary>
internal static class Sha1
{
#pragma warning disable CA5350 // SecLang has it, and rules compare with digests that others made.
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) => SHA1.HashData(input, output);
#pragma warning restore CA5350
}
