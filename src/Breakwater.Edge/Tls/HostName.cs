using System.Buffers;

namespace Breakwater.Edge.Tls;

/// <summary>Host names as TLS carries them: in <c>server_name</c> (RFC 6066 §3) and in certificates (RFC 9525 §6). Pure functions.</summary>
internal static class HostName
{
    /// <summary>Longest name in text form (RFC 1035 §2.3.4: 255 octets on the wire).</summary>
    public const int MaxLength = 253;

    private const int MaxLabelLength = 63;

    // The underscore is in no host name by RFC 952, but in names that people do use.
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    /// <summary>The name in lower case and without a trailing dot, or null when <paramref name="name"/> is no DNS name: other bytes,
    /// empty or overlong labels, or an address (a name whose last label is a number can only be meant as one).</summary>
    public static string? Normalize(ReadOnlySpan<byte> name)
    {
        if (name.EndsWith("."u8)) name = name[..^1];
        if (name.IsEmpty || name.Length > MaxLength || name.ContainsAnyExcept(NameBytes)) return null;

        bool lastLabelIsNumber = false;
        for (int start = 0; start <= name.Length;)
        {
            int length = name[start..].IndexOf((byte)'.');
            if (length < 0) length = name.Length - start;
            if (length is 0 or > MaxLabelLength) return null;
            lastLabelIsNumber = !name.Slice(start, length).ContainsAnyExceptInRange((byte)'0', (byte)'9');
            start += length + 1;
        }
        if (lastLabelIsNumber) return null;

        return string.Create(name.Length, name, static (text, bytes) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                byte b = bytes[i];
                text[i] = (char)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
            }
        });
    }

    /// <summary>As <see cref="Normalize(ReadOnlySpan{byte})"/>, for names that are text already.</summary>
    public static string? Normalize(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxLength + 1) return null;
        Span<byte> bytes = stackalloc byte[MaxLength + 1];
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] > 0x7F) return null;
            bytes[i] = (byte)name[i];
        }
        return Normalize(bytes[..name.Length]);
    }
}
