using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Breakwater.Waf.Tests.Harmless;

/// <summary>What programs of visitors say of themselves, and numbers that look random and are not: all from a name, so that the corpus is always the same.</summary>
internal static class Browsers
{
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.80",
    ];

    /// <summary>A browser.</summary>
    public static string Of(string name) => Agents[Number(name, Agents.Length)];

    /// <summary>Bytes.</summary>
    public static byte[] Bytes(string name, int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0, block = 0; at < count; at += 32, block++)
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {block}"));
            hash.AsSpan(0, Math.Min(32, count - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    /// <summary>A number from 0 up to and without <paramref name="end"/>.</summary>
    public static int Number(string name, int end) => (int)(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(name, 4)) % (uint)end);

    /// <summary>Hexadecimal digits, two of them a byte.</summary>
    public static string Hex(string name, int bytes) => Convert.ToHexStringLower(Bytes(name, bytes));

    /// <summary>Base64.</summary>
    public static string Base64(string name, int bytes) => Convert.ToBase64String(Bytes(name, bytes));

    /// <summary>Base64 for URLs, without padding (RFC 4648 §5).</summary>
    public static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Base64 for URLs of that many bytes.</summary>
    public static string Base64Url(string name, int bytes) => Base64Url(Bytes(name, bytes));

    /// <summary>A UUID.</summary>
    public static string Uuid(string name) => new Guid(Bytes(name, 16)).ToString();

    /// <summary>A signed token (RFC 7519) with these claims.</summary>
    public static string Jwt(string name, string claims) =>
        $"{Base64Url(Encoding.UTF8.GetBytes($$"""{"alg":"RS256","typ":"JWT","kid":"{{Hex(name, 8)}}"}"""))}.{Base64Url(Encoding.UTF8.GetBytes(claims))}.{Base64Url(name + " signature", 256)}";
}
