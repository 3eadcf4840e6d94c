using System.Security.Cryptography;
using System.Text;

namespace Breakwater.Edge.Generations.Keeping;

/// <summary>
/// A text with a line before it that says what it is and what its SHA-256 is, so that a damaged or truncated one is recognised:
/// <c>breakwater-KIND 1 HASH</c>. Stateless.
/// </summary>
internal static class SealedText
{
    private const string Version = "1";

    /// <summary>Puts the line before it.</summary>
    public static byte[] Seal(string kind, byte[] text) =>
        [.. Encoding.ASCII.GetBytes($"breakwater-{kind} {Version} {Convert.ToHexStringLower(SHA256.HashData(text))}\n"), .. text];

    /// <summary>The text, if it is whole.</summary>
    public static bool TryOpen(string kind, ReadOnlySpan<byte> content, out ReadOnlySpan<byte> text)
    {
        int end = content.IndexOf((byte)'\n');
        text = end < 0 ? default : content[(end + 1)..];
        return end > 0 && Encoding.ASCII.GetString(content[..end]) == $"breakwater-{kind} {Version} {Convert.ToHexStringLower(SHA256.HashData(text))}";
    }
}
